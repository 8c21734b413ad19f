package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Tells compressions and archives by their first bytes. */
final class PackingMagic {
  private static final List<Magic> UNPACKED =
      List.of(
          // RFC 1952 2.3.1: ID1 and ID2; another method than deflate is the decoder's to refuse.
          new Magic("gzip", Compression.GZIP, 0x1F, 0x8B),
          // The .xz File Format 1.2.1, 2.1.1.1.
          new Magic("xz", Compression.XZ, 0xFD, '7', 'z', 'X', 'Z', 0x00),
          // RFC 8878 3.1.1.
          new Magic("zstd", Compression.ZSTD, 0x28, 0xB5, 0x2F, 0xFD));

  private static final List<Magic> REFUSED =
      List.of(
          // bzip2: a level, then the magic of a block or of an empty stream's end.
          new Magic("bzip2", 'B', 'Z', 'h', -1, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59),
          new Magic("bzip2", 'B', 'Z', 'h', -1, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90),
          // LZ4 Frame Format 1.6.
          new Magic("lz4", 0x04, 0x22, 0x4D, 0x18),
          new Magic("lzip", 'L', 'Z', 'I', 'P'),
          // compress(1), the suffix .Z.
          new Magic("compress (.Z)", 0x1F, 0x9D),
          // 7zFormat.txt of the 7-Zip SDK.
          new Magic("7z", '7', 'z', 0xBC, 0xAF, 0x27, 0x1C),
          // APPNOTE.TXT 4.3.7, a local file header.
          new Magic("zip", 'P', 'K', 0x03, 0x04),
          new Magic("rar", 'R', 'a', 'r', '!', 0x1A, 0x07));

  private PackingMagic() {}

  /** See {@link Compression#detect}. */
  static Compression find(byte[] head, int length) throws ImageRefusedException {
    byte[] seen = Arrays.copyOf(head, length);
    for (Magic magic : UNPACKED) {
      if (magic.matches(seen)) {
        return magic.compression;
      }
    }
    if (isSkippableZstdFrame(seen)) {
      return Compression.ZSTD;
    }
    for (Magic magic : REFUSED) {
      if (magic.matches(seen)) {
        throw refused(magic.name);
      }
    }
    if (isLzmaAlone(seen)) {
      throw refused("LZMA-alone (.lzma)");
    }
    return Compression.NONE;
  }

  /** The sixteen magics 184D2A50 to 184D2A5F, little-endian (RFC 8878 3.1.2). */
  private static boolean isSkippableZstdFrame(byte[] head) {
    return head.length >= 4
        && (littleEndian(head).getInt(0) & ZstdFrameHeader.SKIPPABLE_MASK)
            == ZstdFrameHeader.SKIPPABLE_MAGIC;
  }

  /**
   * LZMA-alone has no magic. XZ Utils takes for it what starts with plausible properties: usual lc,
   * lp and pb, a dictionary of 2^n or 2^n + 2^(n-1) bytes, and an unpacked size that is unknown or
   * below 256 GiB. A dictionary below 4 KiB, which no encoder writes, is left out here: a disk may
   * start with one byte and zeros.
   */
  private static boolean isLzmaAlone(byte[] head) {
    if (head.length < 13 || head[0] != 0x5D) {
      return false;
    }
    long dictionary = Integer.toUnsignedLong(littleEndian(head).getInt(1));
    long top = Long.highestOneBit(dictionary);
    boolean usual = dictionary >= 4096 && (dictionary == top || dictionary == top + top / 2);
    long size = littleEndian(head).getLong(5);
    return usual && (size == -1 || (size >= 0 && size < 256L << 30));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ImageRefusedException refused(String name) {
    return new ImageRefusedException(
        Rule.O5,
        "magic",
        0,
        "the file is packed as %s; of compressions, gzip, xz and zstd are unpacked"
            .formatted(name));
  }

  /** First bytes; -1 stands for any byte. */
  private static final class Magic {
    final String name;
    final Compression compression;
    private final int[] bytes;

    Magic(String name, int... bytes) {
      this(name, Compression.NONE, bytes);
    }

    Magic(String name, Compression compression, int... bytes) {
      this.name = name;
      this.compression = compression;
      this.bytes = bytes;
    }

    boolean matches(byte[] head) {
      if (head.length < bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] >= 0 && bytes[i] != Byte.toUnsignedInt(head[i])) {
          return false;
        }
      }
      return true;
    }
  }
}
