package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * The header extensions of a qcow2 image (QEMU docs/interop/qcow2.txt, "Header extensions"): from
 * the header to the end of the first cluster, each a type, a length and data padded to 8 bytes.
 * Only those that make an image unsafe or unreadable matter; no data is looked at.
 */
final class Qcow2Extensions {
  private static final int END = 0;
  private static final int ENCRYPTION_HEADER = 0x0537BE77;
  private static final int EXTERNAL_DATA_FILE = 0x44415441;

  private final Regions regions;
  private final long areaEnd;
  private final Regions.Visitor visitor = this::visit;

  Qcow2Extensions(Qcow2Header header, Regions regions) {
    this.regions = regions;
    this.areaEnd = header.clusterSize();
  }

  /** Wants the extension that starts at {@code offset}, unless the area ends there. */
  void want(long offset) throws ImageRefusedException {
    if (offset < areaEnd && offset + 8 > areaEnd) {
      throw new ImageRefusedException(
          Rule.Q10, "header extension", offset, "a header extension leaves its area");
    }
    if (offset < areaEnd) {
      regions.want(offset, 8, visitor);
    }
  }

  private int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      throw new ImageRefusedException(
          Rule.Q13, "header extension", offset, "the file ends inside the header extensions");
    }
    int type = bytes.getInt(0);
    long length = Integer.toUnsignedLong(bytes.getInt(4));
    refuse(type, offset);
    if (length > areaEnd - offset - 8) {
      throw new ImageRefusedException(
          Rule.Q10,
          "header extension",
          offset + 4,
          String.format("header extension %08X has %d bytes, more than its area", type, length));
    }
    if (type == END) {
      return wanted;
    }
    want(offset + 8 + (length + 7) / 8 * 8);
    return wanted;
  }

  private static void refuse(int type, long offset) throws ImageRefusedException {
    if (type == ENCRYPTION_HEADER) {
      throw new ImageRefusedException(
          Rule.Q7,
          "full disk encryption header pointer",
          offset,
          "the image is encrypted with LUKS");
    }
    if (type == EXTERNAL_DATA_FILE) {
      throw new ImageRefusedException(
          Rule.Q2, "external data file name", offset, "the image names an external data file");
    }
  }
}
