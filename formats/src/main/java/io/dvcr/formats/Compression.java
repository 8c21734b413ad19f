package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;

/** How a source's bytes are packed, told by their first bytes and never by a name. */
public enum Compression {
  NONE(""),
  GZIP(".gz"),
  XZ(".xz"),
  ZSTD(".zst");

  /** How many first bytes {@link #detect} wants to see; fewer only if the stream is shorter. */
  public static final int HEAD_LENGTH = 1024;

  private final String suffix;

  Compression(String suffix) {
    this.suffix = suffix;
  }

  /** The usual suffix of a file name, with its dot; empty for {@link #NONE}. */
  public String suffix() {
    return suffix;
  }

  /**
   * The compression of the stream that starts with the first {@code length} bytes of {@code head}.
   *
   * @throws ImageRefusedException for compressions and archives that are not unpacked (rule O5)
   */
  public static Compression detect(byte[] head, int length) throws ImageRefusedException {
    return PackingMagic.find(head, length);
  }

  /**
   * The unpacked bytes of {@code packed}, which must be one whole packed stream: it is read to its
   * end, and anything after it that the format does not allow is refused. Checks are verified
   * before the end of the unpacked stream is told. Closing the result closes {@code packed}.
   *
   * <p>Memory is bounded by {@code limits} and does not grow with the stream. A failure of {@code
   * packed} comes through a read unchanged. After a failure every read fails in the same way.
   *
   * @throws IOException {@link ImageRefusedException} if the stream breaks a rule, from a read
   */
  public InputStream decode(InputStream packed, DecoderLimits limits) throws IOException {
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GzipDecoder(packed);
      case XZ -> new XzDecoder(packed, limits.xzMemory());
      case ZSTD -> new ZstdDecoder(packed, limits.zstdWindow());
    };
  }
}
