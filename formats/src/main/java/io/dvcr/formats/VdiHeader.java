package io.dvcr.formats;

import static java.lang.Integer.toUnsignedLong;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a VDI, checked (VirtualBox, src/VBox/Storage/VDICore.h, VDIHEADER1PLUS; QEMU
 * block/vdi.c). All in bytes, except where said.
 *
 * @param mapOffset where the block map starts
 * @param dataOffset where block 0 of the file starts
 * @param blocks entries of the block map
 * @param allocated blocks that the file holds
 */
record VdiHeader(long mapOffset, long dataOffset, long diskSize, long blocks, long allocated) {
  /** Bytes of the header that are looked at. */
  static final int LENGTH = 512;

  /** Where {@link #MAGIC} lies. */
  static final int MAGIC_OFFSET = 0x40;

  /** Little endian. */
  static final int MAGIC = 0xBEDA107F;

  /** The only block size that QEMU reads. */
  static final long BLOCK = 1 << 20;

  private static final int SECTOR = 512;
  private static final int VERSION_1_1 = 0x00010001;
  private static final long DYNAMIC = 1;
  private static final long FIXED = 2;

  /** QEMU block/vdi.c, VDI_BLOCKS_IN_IMAGE_MAX: the map with its alignment stays below 2 GiB. */
  private static final long MAX_BLOCKS = 0x1FFFFF80;

  /** QEMU block/vdi.c, VDI_DISK_SIZE_MAX. */
  private static final long MAX_SIZE = MAX_BLOCKS * BLOCK;

  /** The header in the first 512 bytes of a file. */
  static VdiHeader parse(byte[] head) throws ImageRefusedException {
    ByteBuffer fields = ByteBuffer.wrap(head, 0, LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    checkVersion(fields);
    checkNoParent(fields);
    checkGeometry(fields);
    VdiHeader header =
        new VdiHeader(
            toUnsignedLong(fields.getInt(0x154)),
            toUnsignedLong(fields.getInt(0x158)),
            fields.getLong(0x170),
            toUnsignedLong(fields.getInt(0x180)),
            toUnsignedLong(fields.getInt(0x184)));
    header.checkSizes();
    return header;
  }

  private static void checkVersion(ByteBuffer fields) throws ImageRefusedException {
    if (fields.getInt(0x44) != VERSION_1_1) {
      throw new ImageRefusedException(
          Rule.D2,
          "version",
          0x44,
          "VDI version 0x%08X is not known, only 1.1 is".formatted(fields.getInt(0x44)));
    }
  }

  private static void checkNoParent(ByteBuffer fields) throws ImageRefusedException {
    long type = toUnsignedLong(fields.getInt(0x4C));
    if (type != DYNAMIC && type != FIXED) {
      throw new ImageRefusedException(
          Rule.D1, "type", 0x4C, "VDI type %d is not 1, dynamic, or 2, fixed".formatted(type));
    }
    checkZeroUuid(fields, "uuidLinkage", 0x1A8);
    checkZeroUuid(fields, "uuidParentModify", 0x1B8);
  }

  private static void checkZeroUuid(ByteBuffer fields, String field, int at)
      throws ImageRefusedException {
    if (fields.getLong(at) != 0 || fields.getLong(at + 8) != 0) {
      throw new ImageRefusedException(
          Rule.D1, field, at, "the VDI needs a parent disk: %s is not zero".formatted(field));
    }
  }

  private static void checkGeometry(ByteBuffer fields) throws ImageRefusedException {
    requireValue(fields, "sector size", 0x168, SECTOR);
    requireValue(fields, "block size", 0x178, BLOCK);
    requireValue(fields, "block extra", 0x17C, 0);
    requireAligned(fields, "offset of the block map", 0x154);
    requireAligned(fields, "offset of the data", 0x158);
  }

  private static void requireValue(ByteBuffer fields, String field, int at, long wanted)
      throws ImageRefusedException {
    long found = toUnsignedLong(fields.getInt(at));
    if (found != wanted) {
      throw new ImageRefusedException(
          Rule.D2, field, at, "the VDI's %s is %d, not %d".formatted(field, found, wanted));
    }
  }

  private static void requireAligned(ByteBuffer fields, String field, int at)
      throws ImageRefusedException {
    long found = toUnsignedLong(fields.getInt(at));
    if (found % SECTOR != 0) {
      throw new ImageRefusedException(
          Rule.D2, field, at, "the VDI's %s, %d, is no multiple of 512".formatted(field, found));
    }
  }

  private void checkSizes() throws ImageRefusedException {
    if (blocks > MAX_BLOCKS) {
      throw new ImageRefusedException(
          Rule.D3,
          "blocks",
          0x180,
          "a VDI has %d blocks at most, not %d".formatted(MAX_BLOCKS, blocks));
    }
    if (Long.compareUnsigned(diskSize, MAX_SIZE) > 0) {
      throw new ImageRefusedException(
          Rule.D3,
          "disk size",
          0x170,
          "a VDI has %d bytes at most, not %s"
              .formatted(MAX_SIZE, Long.toUnsignedString(diskSize)));
    }
    if (diskSize > blocks * BLOCK) {
      throw new ImageRefusedException(
          Rule.D3,
          "disk size",
          0x170,
          "the VDI's %d bytes do not fit into its %d blocks".formatted(diskSize, blocks));
    }
  }

  /** Bytes the guest sees: whole sectors, as QEMU rounds it. */
  long virtualSize() {
    return Math.ceilDiv(diskSize, SECTOR) * SECTOR;
  }

  /** Bytes of the block map. */
  long mapLength() {
    return blocks * Integer.BYTES;
  }

  /** Bytes that a file with {@code count} blocks has. */
  long lengthWith(long count) {
    return dataOffset + count * BLOCK;
  }
}
