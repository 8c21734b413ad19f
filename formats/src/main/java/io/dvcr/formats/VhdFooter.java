package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * The footer of a VHD, or its copy in front of a dynamic one, with a checksum that is right (VHD
 * specification, Hard Disk Footer Format). Numbers are big endian.
 *
 * @param dataOffset where the dynamic header lies, in bytes; may be negative here
 * @param creator the application that made it, four characters
 * @param currentSize bytes, used by some creators only
 * @param cylinders geometry of the disk, with {@code heads} and {@code sectors} a track
 */
record VhdFooter(
    long dataOffset,
    String creator,
    long currentSize,
    int cylinders,
    int heads,
    int sectors,
    int type) {

  /** Bytes of the footer; writers older than Virtual PC 2004 left out the last, which is 0. */
  static final int LENGTH = 512;

  static final byte[] COOKIE = "conectix".getBytes(ISO_8859_1);

  static final int FIXED = 2;
  static final int DYNAMIC = 3;
  static final int DIFFERENCING = 4;

  private static final int CHECKSUM = 64;
  static final int SECTOR = 512;

  /**
   * Creators whose disks have the current size, not that of the geometry (QEMU block/vpc.c,
   * vpc_open); the one with a zero byte is XenServer's tapdisk.
   */
  private static final Set<String> SIZED = Set.of("win ", "qem2", "d2v ", "CTXS", "tap\0");

  /** The largest geometry means that the disk is larger (QEMU block/vpc.c, vpc_open). */
  private static final long MAX_GEOMETRY = 65535L * 16 * 255;

  /** QEMU block/vpc.c, VHD_MAX_SECTORS. */
  private static final long MAX_SIZE = 2040L << 30;

  /**
   * A footer.
   *
   * @param footer 512 bytes
   * @param at where they lie in the file
   */
  static VhdFooter parse(byte[] footer, long at) throws ImageRefusedException {
    ByteBuffer fields = ByteBuffer.wrap(footer, 0, LENGTH);
    int checksum = checksum(footer, LENGTH, CHECKSUM);
    if (fields.getInt(CHECKSUM) != checksum) {
      throw new ImageRefusedException(
          Rule.H2,
          "checksum",
          at + CHECKSUM,
          "the checksum of the VHD footer is 0x%08X, but its bytes give 0x%08X"
              .formatted(fields.getInt(CHECKSUM), checksum));
    }
    VhdFooter parsed =
        new VhdFooter(
            fields.getLong(16),
            new String(footer, 28, 4, ISO_8859_1),
            fields.getLong(48),
            Short.toUnsignedInt(fields.getShort(56)),
            Byte.toUnsignedInt(fields.get(58)),
            Byte.toUnsignedInt(fields.get(59)),
            fields.getInt(60));
    parsed.check(at);
    return parsed;
  }

  /** The complement of the sum of the bytes, the checksum itself left out. */
  static int checksum(byte[] bytes, int length, int checksumAt) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      boolean ofChecksum = i >= checksumAt && i < checksumAt + Integer.BYTES;
      sum += ofChecksum ? 0 : Byte.toUnsignedInt(bytes[i]);
    }
    return ~sum;
  }

  private void check(long at) throws ImageRefusedException {
    if (type == DIFFERENCING) {
      throw new ImageRefusedException(
          Rule.H1, "disk type", at + 60, "the VHD is a difference to a parent disk");
    }
    if (type != FIXED && type != DYNAMIC) {
      throw new ImageRefusedException(
          Rule.H1,
          "disk type",
          at + 60,
          "VHD type %d is not 2, fixed, or 3, dynamic".formatted(type));
    }
    if (virtualSize() < 0 || virtualSize() > MAX_SIZE) {
      throw new ImageRefusedException(
          Rule.H4,
          "current size",
          at + 48,
          "a VHD has %d bytes at most, not %s"
              .formatted(MAX_SIZE, Long.toUnsignedString(virtualSize())));
    }
  }

  /** Bytes the guest sees: by the current size or by the geometry, as the creator meant it. */
  long virtualSize() {
    long geometry = (long) cylinders * heads * sectors;
    boolean sized = SIZED.contains(creator) || geometry == MAX_GEOMETRY;
    // Whole sectors: the rest is unreachable, and QEMU drops it, too.
    return sized ? currentSize & -SECTOR : geometry * SECTOR;
  }
}
