package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** A fixed VHD: the disk's bytes and then the footer, by which alone it is known. */
final class VhdFixedInspector implements FormatInspector {
  private final VhdFooter footer;

  /**
   * @param tail of a file whose last sector has the footer's cookie
   */
  VhdFixedInspector(Tail tail) throws ImageRefusedException {
    long at = tail.fileLength() - VhdFooter.LENGTH;
    byte[] bytes = new byte[VhdFooter.LENGTH];
    ByteBuffer last = tail.last(VhdFooter.LENGTH);
    last.get(0, bytes);
    footer = VhdFooter.parse(bytes, at);
    if (footer.type() != VhdFooter.FIXED) {
      throw new ImageRefusedException(
          Rule.H3,
          "footer",
          at,
          "the VHD is dynamic by its footer, but does not start with a copy");
    }
    if (footer.virtualSize() > at) {
      throw new ImageRefusedException(
          Rule.H5,
          "current size",
          at + 48,
          "the fixed VHD has %d bytes in front of its footer, which says %d"
              .formatted(at, footer.virtualSize()));
    }
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VPC;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.of(footer.virtualSize());
  }

  @Override
  public long virtualSize(long fileLength) {
    return footer.virtualSize();
  }
}
