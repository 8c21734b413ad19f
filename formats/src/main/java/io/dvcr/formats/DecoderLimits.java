package io.dvcr.formats;

/**
 * What a decoder may take.
 *
 * @param xzMemory bytes of memory for xz, most of it the dictionary: {@code xz -9} needs 65 MiB
 * @param zstdWindow bytes of the largest zstd window: {@code zstd -19} needs 8 MiB
 */
public record DecoderLimits(long xzMemory, long zstdWindow) {
  /** 128 MiB for xz, 8 MiB for a zstd window. */
  public static final DecoderLimits DEFAULT = new DecoderLimits(128L << 20, 8L << 20);
}
