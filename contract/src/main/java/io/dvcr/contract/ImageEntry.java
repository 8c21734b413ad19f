package io.dvcr.contract;

import org.jspecify.annotations.Nullable;

/**
 * An image of a repository or layout folder. What its labels don't say is null.
 *
 * @param tag its name there
 * @param format disk format
 * @param virtualSize bytes the guest sees
 * @param storedSize bytes of the disk image in the layer
 * @param digest of the manifest
 * @param created when, RFC 3339
 */
public record ImageEntry(
    String tag,
    @Nullable String format,
    @Nullable Long virtualSize,
    @Nullable Long storedSize,
    String digest,
    @Nullable String created) {}
