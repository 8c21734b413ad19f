package io.dvcr.contract;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an import brought.
 *
 * @param reference where the image is now
 * @param manifest its manifest
 * @param layer its only layer
 * @param format disk format, as {@code qemu-img info} names it, or iso
 * @param virtualSize bytes the guest sees
 * @param storedSize bytes of the disk image in the layer
 * @param sourceSize bytes that were received
 * @param compression {@code gzip}, {@code xz}, {@code zstd}, or null if the source was not packed
 * @param checksums of the bytes received, hex by algorithm; those that were asked for
 * @param seconds how long it took
 * @param averageSpeed bytes received a second
 */
public record ImportReport(
    String reference,
    Content manifest,
    Content layer,
    String format,
    long virtualSize,
    long storedSize,
    long sourceSize,
    @Nullable String compression,
    Map<String, String> checksums,
    double seconds,
    long averageSpeed) {

  /** A blob or manifest: an OCI descriptor. */
  public record Content(String mediaType, String digest, long size) {}

  public ImportReport {
    checksums = Map.copyOf(checksums);
  }
}
