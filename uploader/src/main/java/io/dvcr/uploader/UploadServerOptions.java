package io.dvcr.uploader;

import io.dvcr.importer.Remedy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * How uploads are served.
 *
 * @param address where; port 0 for any that is free
 * @param tls plain HTTP without it
 * @param path the only one
 * @param publicUrl of the path, as clients see it, if that is known
 * @param headLimit how long a connection may be without a request
 * @param idleLimit how long a client may send nothing
 * @param keep how long an upload that was cut waits to be continued
 * @param maxSize bytes of a file at most
 * @param remedies how this front says what to do about a failure
 */
public record UploadServerOptions(
    InetSocketAddress address,
    Optional<ServerTls> tls,
    String path,
    Optional<String> publicUrl,
    Duration headLimit,
    Duration idleLimit,
    Duration keep,
    long maxSize,
    Function<Remedy, String> remedies) {}
