package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** A VDI: a header, the block map, blocks. The map is seen page by page and none of it is kept. */
final class VdiInspector implements FormatInspector {
  /** Entries from here on are blocks that read as zeros: discarded, and never allocated. */
  private static final long FIRST_UNALLOCATED = 0xFFFFFFFEL;

  private final VdiHeader header;
  private final Regions regions;
  private final Furthest blocks = new Furthest();

  VdiInspector(Head head, Regions regions) throws ImageRefusedException {
    if (head.length() < VdiHeader.LENGTH) {
      throw new ImageRefusedException(
          Rule.D4,
          "header",
          head.length(),
          "the VDI ends after %d bytes, inside its header".formatted(head.length()));
    }
    header = VdiHeader.parse(head.bytes());
    this.regions = regions;
    regions.walk(this::begin);
  }

  private void begin() throws ImageRefusedException {
    Pages.want(regions, header.mapOffset(), header.mapLength(), this::visitMap);
  }

  private int visitMap(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      boolean outside = bytes.limit() == 0 && offset == header.mapOffset();
      throw new ImageRefusedException(
          outside ? Rule.D3 : Rule.D4,
          "block map",
          offset,
          "the VDI's block map, %d bytes at %d, is not inside the file"
              .formatted(header.mapLength(), header.mapOffset()));
    }
    ByteBuffer map = bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < wanted; at += Integer.BYTES) {
      long block = Integer.toUnsignedLong(map.getInt(at));
      if (block < FIRST_UNALLOCATED) {
        blocks.note(header.lengthWith(block + 1), offset + at);
      }
    }
    return wanted;
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VDI;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.of(header.virtualSize());
  }

  @Override
  public void end(Tail tail) throws ImageRefusedException {
    long allocated = header.lengthWith(header.allocated());
    if (tail.fileLength() < allocated) {
      throw new ImageRefusedException(
          Rule.D4,
          "blocks allocated",
          0x184,
          "the VDI has %d bytes, but its %d allocated blocks end at %d"
              .formatted(tail.fileLength(), header.allocated(), allocated));
    }
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    if (blocks.isOutside(fileLength)) {
      throw new ImageRefusedException(
          Rule.D5,
          "block map",
          blocks.from(),
          "a block of the VDI ends at %d, the file at %d".formatted(blocks.end(), fileLength));
    }
    return header.virtualSize();
  }
}
