package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Checks the block allocation table of a VHDX (MS-VHDX 2.5.1). What its entries mean is known only
 * with the metadata, which QEMU writes behind it: up to {@value #HELD} bytes of it are held until
 * then, and the rest is read again by range. {@value #HELD} bytes do for almost 8 TiB in blocks of
 * 32 MiB, and for almost 256 GiB in blocks of 1 MiB.
 */
final class VhdxBat {
  private static final int HELD = 2 << 20;

  private static final int STATE = 7;
  private static final int FULLY_PRESENT = 6;
  private static final int PARTIALLY_PRESENT = 7;

  /** The one state below {@link #FULLY_PRESENT} that has no meaning; 5 is an old draft's unmap. */
  private static final int UNDEFINED = 4;

  /** Offsets are in MiB, in the upper 44 bits. */
  private static final long OFFSET = -1L << 20;

  private final Regions regions;
  private final VhdxRegion bat;
  private final List<VhdxRegion> reserved;
  private final Furthest blocks = new Furthest();
  private byte[] held = new byte[0];

  VhdxBat(Regions regions, VhdxRegionTable table) {
    this.regions = regions;
    this.bat = table.bat();
    this.reserved = table.reserved();
  }

  /** Wants as much of the table as can be held until {@link #check}. */
  void hold() throws ImageRefusedException {
    held = new byte[(int) Math.min(HELD, bat.length())];
    Pages.want(
        regions,
        bat.offset(),
        held.length,
        (offset, bytes, wanted) -> {
          VhdxInspector.requireWhole(bat.name(), offset, bytes, wanted);
          bytes.get(0, held, (int) (offset - bat.offset()), wanted);
          return wanted;
        });
  }

  /** Checks what was held, and wants the rest. */
  void check(VhdxGeometry geometry) throws ImageRefusedException {
    int known = (int) Math.min(held.length, geometry.batLength());
    checkEntries(bat.offset(), ByteBuffer.wrap(held, 0, known), geometry);
    held = new byte[0];
    Pages.want(
        regions,
        bat.offset() + known,
        geometry.batLength() - known,
        (offset, bytes, wanted) -> {
          VhdxInspector.requireWhole(bat.name(), offset, bytes, wanted);
          checkEntries(offset, bytes, geometry);
          return wanted;
        });
  }

  private void checkEntries(long offset, ByteBuffer bytes, VhdxGeometry geometry)
      throws ImageRefusedException {
    ByteBuffer entries = bytes.order(ByteOrder.LITTLE_ENDIAN);
    long first = (offset - bat.offset()) / Long.BYTES;
    for (int at = 0; at < entries.limit(); at += Long.BYTES) {
      if (!geometry.bitmapEntry(first + at / Long.BYTES)) {
        checkEntry(offset + at, entries.getLong(at), geometry.blockSize());
      }
    }
  }

  private void checkEntry(long at, long entry, long blockSize) throws ImageRefusedException {
    int state = (int) (entry & STATE);
    if (state == PARTIALLY_PRESENT || state == UNDEFINED) {
      throw refused(
          at, "a block of the VHDX has state " + state + ", which no disk without parent has");
    }
    if (state != FULLY_PRESENT) {
      return;
    }
    long offset = entry & OFFSET;
    if (offset < 0 || offset > Long.MAX_VALUE - blockSize) {
      throw refused(at, "a block of the VHDX is said to be at " + Long.toUnsignedString(offset));
    }
    checkDisjoint(at, new VhdxRegion("block", offset, blockSize));
    blocks.note(offset + blockSize, at);
  }

  /** The regions are sorted and disjoint: only the last one that starts before the end counts. */
  private void checkDisjoint(long at, VhdxRegion block) throws ImageRefusedException {
    int low = 0;
    int high = reserved.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (reserved.get(middle).offset() < block.end()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low > 0 && reserved.get(low - 1).overlaps(block)) {
      throw refused(at, "a block of the VHDX overlaps its " + reserved.get(low - 1).name());
    }
  }

  /** The table is seen whole. */
  void end(long fileLength) throws ImageRefusedException {
    if (blocks.isOutside(fileLength)) {
      throw refused(
          blocks.from(),
          "a block of the VHDX ends at %d, the file at %d".formatted(blocks.end(), fileLength));
    }
  }

  private static ImageRefusedException refused(long at, String message) {
    return new ImageRefusedException(Rule.X6, "BAT", at, message);
  }
}
