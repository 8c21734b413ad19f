package io.dvcr.formats;

import io.dvcr.formats.VhdxMetadataTable.Item;
import java.util.Map;
import java.util.Objects;

/**
 * What a VHDX file's metadata items say about the disk, checked (MS-VHDX 2.6.2). In bytes.
 *
 * @param blockSize of a payload block
 * @param logicalSector what the guest sees as a sector
 */
record VhdxGeometry(long blockSize, long virtualSize, long logicalSector) {
  private static final long MIN_BLOCK = 1 << 20;
  private static final long MAX_BLOCK = 256 << 20;
  private static final long MAX_SIZE = 64L << 40;
  private static final int HAS_PARENT = 1 << 1;

  /** Sectors that one sector bitmap block describes (MS-VHDX 2.5). */
  private static final long SECTORS_OF_BITMAP = 1 << 23;

  /**
   * What the items mean.
   *
   * @param items content of every item, as one unsigned number of up to 64 bits
   * @param table where they lie
   * @param bat which must have room for every block
   */
  static VhdxGeometry parse(Map<Item, Long> items, VhdxMetadataTable table, VhdxRegion bat)
      throws ImageRefusedException {
    long parameters = get(items, Item.FILE_PARAMETERS);
    if ((parameters >>> 32 & HAS_PARENT) != 0) {
      throw new ImageRefusedException(
          Rule.X1,
          "HasParent",
          table.position(Item.FILE_PARAMETERS) + 4,
          "the VHDX is a difference to a parent disk");
    }
    VhdxGeometry geometry =
        new VhdxGeometry(
            parameters & 0xFFFFFFFFL,
            get(items, Item.VIRTUAL_DISK_SIZE),
            get(items, Item.LOGICAL_SECTOR_SIZE));
    geometry.checkSizes(table);
    checkSector(
        get(items, Item.PHYSICAL_SECTOR_SIZE),
        "physical",
        table.position(Item.PHYSICAL_SECTOR_SIZE));
    geometry.checkBat(bat);
    return geometry;
  }

  private static long get(Map<Item, Long> items, Item item) {
    return Objects.requireNonNull(items.get(item), item::name);
  }

  private void checkSizes(VhdxMetadataTable table) throws ImageRefusedException {
    checkSector(logicalSector, "logical", table.position(Item.LOGICAL_SECTOR_SIZE));
    if (blockSize < MIN_BLOCK || blockSize > MAX_BLOCK || Long.bitCount(blockSize) != 1) {
      throw new ImageRefusedException(
          Rule.X4,
          "BlockSize",
          table.position(Item.FILE_PARAMETERS),
          "the VHDX block size, %d, is no power of two from 1 MiB to 256 MiB".formatted(blockSize));
    }
    if (virtualSize <= 0 || virtualSize > MAX_SIZE || virtualSize % logicalSector != 0) {
      throw new ImageRefusedException(
          Rule.X4,
          "VirtualDiskSize",
          table.position(Item.VIRTUAL_DISK_SIZE),
          "the VHDX virtual size, %s, is 0, more than 64 TiB or not in whole sectors"
              .formatted(Long.toUnsignedString(virtualSize)));
    }
  }

  private static void checkSector(long size, String which, long at) throws ImageRefusedException {
    if (size != 512 && size != 4096) {
      throw new ImageRefusedException(
          Rule.X4,
          which + " sector size",
          at,
          "the VHDX %s sector size is %d, not 512 or 4096".formatted(which, size));
    }
  }

  private void checkBat(VhdxRegion bat) throws ImageRefusedException {
    if (batLength() > bat.length()) {
      throw new ImageRefusedException(
          Rule.X4,
          "BAT",
          bat.offset(),
          "the VHDX needs a BAT of %d bytes for its size, but has %d"
              .formatted(batLength(), bat.length()));
    }
  }

  /** Payload blocks in front of each sector bitmap block in the BAT (MS-VHDX 2.5). */
  long chunkRatio() {
    return SECTORS_OF_BITMAP * logicalSector / blockSize;
  }

  /**
   * Bytes of the BAT that are in use: an entry a block, and one for each full chunk but the last.
   */
  long batLength() {
    long blocks = Math.ceilDiv(virtualSize, blockSize);
    return (blocks + (blocks - 1) / chunkRatio()) * Long.BYTES;
  }

  /** Whether the entry at {@code index} of the BAT is a sector bitmap's, not a payload block's. */
  boolean bitmapEntry(long index) {
    return index % (chunkRatio() + 1) == chunkRatio();
  }
}
