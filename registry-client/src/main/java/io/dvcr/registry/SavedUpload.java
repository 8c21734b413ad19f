package io.dvcr.registry;

import java.net.URI;

/**
 * An open upload as another process can go on with it.
 *
 * @param session its first location, by which a {@link SessionLog} knows it
 * @param location of the session, as the registry told it last
 * @param written bytes of the blob that were digested; the registry may have more or fewer
 * @param digest {@link DigestState} of the blob's SHA-256 after them
 */
public record SavedUpload(URI session, URI location, long written, String digest) {}
