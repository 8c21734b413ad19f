package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The Stream Header and the Stream Footer of an xz stream (The .xz File Format 1.2.1, 2.1.1 and
 * 2.1.2), which hold the same flags.
 *
 * @param check what every block of the stream ends in
 * @param indexLength bytes of the Index, from the footer's Backward Size; 0 in a header
 */
record XzStreamFlags(XzCheck check, long indexLength) {
  /** Bytes of a header, and of a footer. */
  static final int LENGTH = 12;

  private static final byte[] HEADER_MAGIC = {(byte) 0xFD, '7', 'z', 'X', 'Z', 0};
  private static final byte[] FOOTER_MAGIC = {'Y', 'Z'};

  /**
   * Reads a Stream Header.
   *
   * @param noMagic the rule that refuses what does not start like a stream
   */
  static XzStreamFlags readHeader(PackedInput in, Rule noMagic) throws IOException {
    in.enter("stream header");
    long position = in.position();
    for (byte expected : HEADER_MAGIC) {
      if ((byte) in.readByte() != expected) {
        throw new ImageRefusedException(
            noMagic, "Header Magic Bytes", position, "no xz stream starts here: its magic differs");
      }
    }
    byte[] rest = new byte[LENGTH - HEADER_MAGIC.length];
    in.readFully(rest, 0, rest.length);
    if (crc32(rest, 0, 2) != littleEndian(rest).getInt(2)) {
      throw new ImageRefusedException(
          Rule.Z7, "CRC32", position + 8, "the stream header's CRC-32 is wrong");
    }
    return new XzStreamFlags(flags(rest, 0, position + 6, Rule.Z7), 0);
  }

  /** Reads a Stream Footer. */
  static XzStreamFlags readFooter(PackedInput in) throws IOException {
    in.enter("stream footer");
    long position = in.position();
    byte[] footer = new byte[LENGTH];
    in.readFully(footer, 0, LENGTH);
    if (!Arrays.equals(footer, 10, 12, FOOTER_MAGIC, 0, 2)) {
      throw new ImageRefusedException(
          Rule.Z6, "Footer Magic Bytes", position + 10, "the stream does not end in YZ");
    }
    if (crc32(footer, 4, 6) != littleEndian(footer).getInt(0)) {
      throw new ImageRefusedException(
          Rule.Z6, "CRC32", position, "the stream footer's CRC-32 is wrong");
    }
    XzCheck check = flags(footer, 8, position + 8, Rule.Z6);
    // "real_backward_size = (stored_backward_size + 1) * 4"
    long indexLength = (Integer.toUnsignedLong(littleEndian(footer).getInt(4)) + 1) * 4;
    return new XzStreamFlags(check, indexLength);
  }

  private static XzCheck flags(byte[] bytes, int offset, long position, Rule rule)
      throws ImageRefusedException {
    int check = Byte.toUnsignedInt(bytes[offset + 1]);
    if (bytes[offset] != 0 || check > 0x0F) {
      throw new ImageRefusedException(
          rule, "Stream Flags", position, "the stream flags have reserved bits set");
    }
    return XzCheck.ofId(check)
        .orElseThrow(() ->
            new ImageRefusedException(
                rule, "Stream Flags", position, "check %d is not known".formatted(check)));
  }

  private static int crc32(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
