package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic VHD: a copy of the footer, the dynamic header, the block allocation table, blocks, the
 * footer. The table is seen page by page and none of it is kept.
 */
final class VhdInspector implements FormatInspector {
  /** Table entry of a block that is not there and reads as zeros. */
  private static final long UNALLOCATED = 0xFFFFFFFFL;

  private final byte[] copy;
  private final VhdFooter footer;
  private final Regions regions;
  private final Furthest blocks = new Furthest();
  private final List<String> notes = new ArrayList<>();

  /** Told at the end only: a file that is cut is better described by its missing footer. */
  private @Nullable ImageRefusedException cut;

  VhdInspector(Head head, Regions regions) throws ImageRefusedException {
    if (head.length() < VhdFooter.LENGTH) {
      throw new ImageRefusedException(
          Rule.H3,
          "footer",
          head.length(),
          "the VHD ends after %d bytes, inside the copy of its footer".formatted(head.length()));
    }
    copy = Arrays.copyOf(head.bytes(), VhdFooter.LENGTH);
    footer = VhdFooter.parse(copy, 0);
    if (footer.type() == VhdFooter.FIXED) {
      throw new ImageRefusedException(
          Rule.H1, "disk type", 60, "the VHD is said to be fixed, but has a footer in front");
    }
    if (footer.dataOffset() < 0 || footer.dataOffset() > Long.MAX_VALUE - VhdDynamicHeader.LENGTH) {
      throw new ImageRefusedException(
          Rule.H4,
          "data offset",
          16,
          "the dynamic header of the VHD is said to be at "
              + Long.toUnsignedString(footer.dataOffset()));
    }
    this.regions = regions;
    regions.walk(this::begin);
  }

  private void begin() throws ImageRefusedException {
    regions.want(footer.dataOffset(), VhdDynamicHeader.LENGTH, this::visitHeader);
  }

  private int visitHeader(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (isCut("dynamic header", offset, bytes, wanted)) {
      return bytes.limit();
    }
    byte[] fields = new byte[wanted];
    bytes.get(0, fields);
    VhdDynamicHeader header = VhdDynamicHeader.parse(fields, offset, footer.virtualSize());
    long stored = header.storedLength();
    Pages.want(
        regions,
        header.tableOffset(),
        header.tableLength(),
        (at, page, length) -> visitTable(at, page, length, stored));
    return wanted;
  }

  private int visitTable(long offset, ByteBuffer bytes, int wanted, long stored) {
    if (isCut("block allocation table", offset, bytes, wanted)) {
      return bytes.limit();
    }
    for (int at = 0; at < wanted; at += Integer.BYTES) {
      long sector = Integer.toUnsignedLong(bytes.getInt(at));
      if (sector != UNALLOCATED) {
        blocks.note(sector * VhdFooter.SECTOR + stored, offset + at);
      }
    }
    return wanted;
  }

  private boolean isCut(String what, long offset, ByteBuffer bytes, int wanted) {
    boolean isCut = bytes.limit() < wanted;
    if (isCut && cut == null) {
      cut =
          new ImageRefusedException(
              Rule.H4, what, offset, "the VHD's %s is not inside the file".formatted(what));
    }
    return isCut;
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
  public void end(Tail tail) throws ImageRefusedException {
    int length = VhdFooter.LENGTH;
    if (endsWithCopy(tail, length)) {
      return;
    }
    if (!endsWithCopy(tail, length - 1)) {
      throw new ImageRefusedException(
          Rule.H3,
          "footer",
          Math.max(0, tail.fileLength() - length),
          "the VHD does not end with the same footer that it starts with");
    }
    notes.add("footer of 511 bytes, as written before Virtual PC 2004");
  }

  private boolean endsWithCopy(Tail tail, int length) {
    return tail.fileLength() >= 2L * length
        && tail.last(length).equals(ByteBuffer.wrap(copy, 0, length));
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    if (cut != null) {
      throw cut;
    }
    if (blocks.isOutside(fileLength)) {
      throw new ImageRefusedException(
          Rule.H5,
          "block allocation table",
          blocks.from(),
          "a block of the VHD ends at %d, the file at %d".formatted(blocks.end(), fileLength));
    }
    return footer.virtualSize();
  }

  @Override
  public List<String> notes() {
    return notes;
  }
}
