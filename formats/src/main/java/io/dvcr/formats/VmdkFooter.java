package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The end of a stream-optimized VMDK that has its grain directory behind the grains: footer marker,
 * footer and end-of-stream marker, a sector each (VMware Virtual Disk Format 5.0, Stream-Optimized
 * Compressed Sparse Extents). The footer is a copy of the header that names the directory; readers
 * use it in place of the header, so all that matters must be equal.
 */
final class VmdkFooter {
  /** Bytes of the three sectors. */
  private static final int LENGTH = 3 * VmdkHeader.SECTOR;

  /** Marker type of a footer. */
  private static final int FOOTER = 3;

  private VmdkFooter() {}

  /**
   * The header in the footer.
   *
   * @param end the last bytes of the file
   */
  static VmdkHeader parse(Tail end, VmdkHeader header) throws ImageRefusedException {
    byte[] tail = end.bytes();
    long at = end.fileLength() - LENGTH;
    if (!end.has(LENGTH)) {
      throw new ImageRefusedException(
          Rule.V11,
          "footer",
          -1,
          "the VMDK ends after %d bytes, without its footer".formatted(end.fileLength()));
    }
    checkMarkers(tail, at);
    VmdkHeader footer =
        VmdkHeader.decode(Arrays.copyOfRange(tail, VmdkHeader.SECTOR, 2 * VmdkHeader.SECTOR));
    compare(footer, header, at + VmdkHeader.SECTOR);
    footer.check(at + VmdkHeader.SECTOR);
    return footer;
  }

  private static void checkMarkers(byte[] tail, long at) throws ImageRefusedException {
    ByteBuffer marker = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
    if (marker.getLong(0) != 1 || marker.getInt(8) != 0 || marker.getInt(12) != FOOTER) {
      throw new ImageRefusedException(
          Rule.V11, "footer marker", at, "the VMDK has no footer marker 1536 bytes before its end");
    }
    if (marker.getInt(VmdkHeader.SECTOR) != VmdkHeader.MAGIC) {
      throw new ImageRefusedException(
          Rule.V11,
          "footer",
          at + VmdkHeader.SECTOR,
          "the VMDK has no footer 1024 bytes before its end");
    }
    int end = 2 * VmdkHeader.SECTOR;
    if (marker.getLong(end) != 0 || marker.getInt(end + 8) != 0 || marker.getInt(end + 12) != 0) {
      throw new ImageRefusedException(
          Rule.V11,
          "end-of-stream marker",
          at + end,
          "the VMDK has no end-of-stream marker in its last sector");
    }
  }

  private static void compare(VmdkHeader footer, VmdkHeader header, long at)
      throws ImageRefusedException {
    requireEqual("version", at + 4, footer.version(), header.version());
    requireEqual("flags", at + 8, footer.flags(), header.flags());
    requireEqual("capacity", at + 12, footer.capacity(), header.capacity());
    requireEqual("grainSize", at + 20, footer.grain(), header.grain());
    requireEqual("descriptorOffset", at + 28, footer.descriptorOffset(), header.descriptorOffset());
    requireEqual("descriptorSize", at + 36, footer.descriptorSize(), header.descriptorSize());
    requireEqual("numGTEsPerGT", at + 44, footer.entries(), header.entries());
    requireEqual("compressAlgorithm", at + 77, footer.compression(), header.compression());
    if (footer.directoryAtEnd()) {
      throw new ImageRefusedException(
          Rule.V12, "gdOffset", at + 56, "the VMDK footer refers to a footer for the directory");
    }
  }

  private static void requireEqual(String field, long at, long footer, long header)
      throws ImageRefusedException {
    if (footer != header) {
      throw new ImageRefusedException(
          Rule.V12,
          field,
          at,
          "%s is %s in the VMDK footer, but %s in the header"
              .formatted(field, Long.toUnsignedString(footer), Long.toUnsignedString(header)));
    }
  }
}
