package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The volume descriptor set of an ISO 9660 file (ECMA-119, 6.7.1 and 8), or the recognition
 * sequence of a UDF one (ECMA-167, 2/8): records of 2048 bytes from sector 16 on.
 */
final class VolumeDescriptors {
  /** Sector 16 (ECMA-119, 6.2.1: the system area is 16 sectors of 2048). */
  static final int START = 16 * 2048;

  static final int RECORD = 2048;

  /** Far more than writers make; ECMA-119 sets no bound. */
  private static final int MOST = 32;

  private static final int TERMINATOR = 255;
  private static final int PRIMARY = 1;

  private final Regions regions;
  private long volumeBytes = -1;

  VolumeDescriptors(Regions regions) throws ImageRefusedException {
    this.regions = regions;
    regions.walk(() -> regions.want(START, RECORD, this::visit));
  }

  /** Whether an image is ISO 9660 or UDF by its first record or, for UDF alone, two. */
  static boolean startIn(Head head) {
    return head.has(START + 1, "CD001")
        || (head.has(START + 1, "BEA01") && head.has(START + RECORD + 1, "NSR0"));
  }

  /** Bytes that the primary descriptor says the volume has; negative if it was not seen. */
  long volumeBytes() {
    return volumeBytes;
  }

  private int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      throw new ImageRefusedException(
          Rule.I1, "volume descriptor", offset, "the file ends inside the volume descriptors");
    }
    int type = bytes.get(0) & 0xFF;
    if (!isIso(bytes) || type == TERMINATOR) {
      return wanted;
    }
    if (type == PRIMARY && volumeBytes < 0) {
      readVolumeSize(bytes);
    }
    if (offset < START + (MOST - 1) * (long) RECORD) {
      regions.want(offset + RECORD, RECORD, this::visit);
    }
    return wanted;
  }

  private static boolean isIso(ByteBuffer record) {
    byte[] id = {'C', 'D', '0', '0', '1'};
    return record.slice(1, id.length).equals(ByteBuffer.wrap(id));
  }

  /** Takes the little-endian halves, as kernels do: careless writers leave the others wrong. */
  private void readVolumeSize(ByteBuffer record) {
    ByteBuffer fields = record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long blocks = Integer.toUnsignedLong(fields.getInt(80)); // volume space size, 8.4.8
    int blockSize = Short.toUnsignedInt(fields.getShort(128)); // logical block size, 8.4.12
    volumeBytes = blocks * blockSize;
  }
}
