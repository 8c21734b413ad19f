package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The current one of a VHDX file's two headers (MS-VHDX 2.2.2).
 *
 * @param sequence unsigned; the header with the higher one counts
 * @param logGuid what valid log entries carry; zero if there are none
 * @param log where the log lies; empty if there is none
 */
record VhdxHeader(long sequence, UUID logGuid, VhdxRegion log) {
  /** Where the headers lie. */
  static final int FIRST = 64 << 10;

  static final int SECOND = 128 << 10;

  /** Bytes of a header. */
  static final int LENGTH = 4 << 10;

  private static final byte[] SIGNATURE = "head".getBytes(ISO_8859_1);
  private static final int VERSION = 1;
  private static final int LOG_VERSION = 0;

  /** Chooses among the 4096 bytes at {@link #FIRST} and those at {@link #SECOND}. */
  static VhdxHeader current(byte[] first, byte[] second) throws ImageRefusedException {
    boolean firstValid = valid(first);
    boolean secondValid = valid(second);
    if (!firstValid && !secondValid) {
      throw new ImageRefusedException(
          Rule.X2,
          "header",
          FIRST,
          "the VHDX has no valid header: both are damaged or of another version");
    }
    if (!secondValid) {
      return parse(first, FIRST);
    }
    if (!firstValid) {
      return parse(second, SECOND);
    }
    int order = Long.compareUnsigned(sequence(first), sequence(second));
    if (order == 0 && !Arrays.equals(first, second)) {
      throw new ImageRefusedException(
          Rule.X2,
          "SequenceNumber",
          FIRST + 8,
          "the VHDX has two different headers with the same sequence number");
    }
    return order >= 0 ? parse(first, FIRST) : parse(second, SECOND);
  }

  private static boolean valid(byte[] header) {
    return Arrays.equals(header, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
        && checksumValid(header)
        && fields(header).getShort(66) == VERSION;
  }

  private static long sequence(byte[] header) {
    return fields(header).getLong(8);
  }

  private static ByteBuffer fields(byte[] header) {
    return ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static VhdxHeader parse(byte[] header, long at) throws ImageRefusedException {
    ByteBuffer fields = fields(header);
    if (fields.getShort(64) != LOG_VERSION) {
      throw new ImageRefusedException(
          Rule.X2,
          "LogVersion",
          at + 64,
          "VHDX log version "
              + Short.toUnsignedInt(fields.getShort(64))
              + " is not known, only 0 is");
    }
    VhdxRegion log =
        VhdxRegion.of(
            "log", fields.getLong(72), Integer.toUnsignedLong(fields.getInt(68)), at + 72);
    return new VhdxHeader(fields.getLong(8), VhdxGuid.read(fields, 48), log);
  }

  /**
   * Whether the CRC-32C at byte 4 is that of all bytes with itself zero; the region tables have
   * theirs at the same place (MS-VHDX 2.2.3.1).
   */
  static boolean checksumValid(byte[] structure) {
    CRC32C crc = new CRC32C();
    crc.update(structure, 0, 4);
    crc.update(new byte[Integer.BYTES]);
    crc.update(structure, 8, structure.length - 8);
    return (int) crc.getValue() == fields(structure).getInt(4);
  }
}
