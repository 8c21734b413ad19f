package io.dvcr.formats;

import static java.lang.Integer.toUnsignedLong;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a VMDK sparse extent, or its copy in the footer (VMware Virtual Disk Format 5.0,
 * Hosted Sparse Extent Header). Offsets and sizes are in sectors of 512 bytes, as in the file;
 * those of 64 bits may be negative here until {@link #check} has passed.
 *
 * @param entries slots of a grain table
 * @param overhead sectors in front of the first grain
 * @param lineEnds the bytes that a transfer in text mode would change
 */
record VmdkHeader(
    int magic,
    long version,
    int flags,
    long capacity,
    long grain,
    long descriptorOffset,
    long descriptorSize,
    long entries,
    long redundantOffset,
    long directoryOffset,
    long overhead,
    int lineEnds,
    int compression) {

  /** Bytes of the header: one sector. */
  static final int LENGTH = 512;

  static final int SECTOR = 512;

  /** "KDMV", little endian. */
  static final int MAGIC = 0x564D444B;

  /** The header's directory offset of a file that has its directory in the footer. */
  private static final long DIRECTORY_AT_END = -1;

  /** Line feed, space, carriage return, line feed, little endian. */
  private static final int LINE_ENDS = 0x0A0D200A;

  private static final int DEFLATE = 1;

  private static final int FLAG_REDUNDANT = 1 << 1;
  private static final int FLAG_ZEROED_GRAINS = 1 << 2;
  private static final int FLAG_MARKERS = 1 << 17;

  private static final long MAX_VERSION = 3;

  /** QEMU block/vmdk.c, vmdk_add_extent: 1 GiB. */
  private static final long MAX_GRAIN = 0x200000;

  /** QEMU block/vmdk.c, vmdk_open_vmdk4: a table of one sector times four. */
  private static final long MAX_ENTRIES = 512;

  /** QEMU block/vmdk.c, vmdk_add_extent; counted there in 32 bits, here in 64. */
  private static final long MAX_DIRECTORY = 32 << 20;

  /** One sector less than 1 MiB: QEMU and VMware write 20 sectors. */
  private static final long MAX_DESCRIPTOR = 2047;

  private static final long MAX_SECTORS = Long.MAX_VALUE / SECTOR;

  /** The fields of the first 512 bytes of {@code sector}, unchecked. */
  static VmdkHeader decode(byte[] sector) {
    ByteBuffer fields = ByteBuffer.wrap(sector, 0, LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    return new VmdkHeader(
        fields.getInt(0),
        toUnsignedLong(fields.getInt(4)),
        fields.getInt(8),
        fields.getLong(12),
        fields.getLong(20),
        fields.getLong(28),
        fields.getLong(36),
        toUnsignedLong(fields.getInt(44)),
        fields.getLong(48),
        fields.getLong(56),
        fields.getLong(64),
        fields.getInt(73),
        Short.toUnsignedInt(fields.getShort(77)));
  }

  /**
   * All that the fields alone can tell. After it every offset and size is positive and small enough
   * to be told in bytes.
   *
   * @param at where the header lies, in bytes
   */
  void check(long at) throws ImageRefusedException {
    require(
        version >= 1 && version <= MAX_VERSION,
        Rule.V5,
        "version",
        at + 4,
        "VMDK version " + version + " is not known, only 1 to 3 are");
    require(
        lineEnds == LINE_ENDS,
        Rule.V8,
        "line end test",
        at + 73,
        "the line-end bytes of the VMDK header are damaged, as by a transfer in text mode");
    require(
        compression == 0 || compression == DEFLATE,
        Rule.V5,
        "compressAlgorithm",
        at + 77,
        "VMDK compression " + compression + " is not known, only 0 and 1 are");
    checkSizes(at);
    require(
        descriptorOffset == 1 && descriptorSize >= 1 && descriptorSize <= MAX_DESCRIPTOR,
        Rule.V3,
        "descriptorOffset",
        at + 28,
        "the VMDK descriptor must lie at sector 1 and have 1 to %d sectors, but says sector %s and %s sectors"
            .formatted(
                MAX_DESCRIPTOR,
                Long.toUnsignedString(descriptorOffset),
                Long.toUnsignedString(descriptorSize)));
    require(
        overhead >= 0 && overhead <= MAX_SECTORS,
        Rule.V9,
        "overHead",
        at + 64,
        "the VMDK says that its grains start at sector " + Long.toUnsignedString(overhead));
  }

  private void checkSizes(long at) throws ImageRefusedException {
    require(capacity != 0, Rule.V2, "capacity", at + 12, "the VMDK extent has a capacity of 0");
    require(
        entries >= 1 && entries <= MAX_ENTRIES,
        Rule.V6,
        "numGTEsPerGT",
        at + 44,
        "VMDK grain tables have " + entries + " entries, not 1 to " + MAX_ENTRIES);
    require(
        grain >= 1 && grain <= MAX_GRAIN,
        Rule.V6,
        "grainSize",
        at + 20,
        "VMDK grains have %s sectors, not 1 to %d"
            .formatted(Long.toUnsignedString(grain), MAX_GRAIN));
    require(
        capacity > 0 && capacity <= MAX_SECTORS,
        Rule.V7,
        "capacity",
        at + 12,
        "a VMDK of %s sectors is too large".formatted(Long.toUnsignedString(capacity)));
    require(
        directoryEntries() <= MAX_DIRECTORY,
        Rule.V7,
        "capacity",
        at + 12,
        "a VMDK of %d sectors needs a directory of %d entries, more than %d"
            .formatted(capacity, directoryEntries(), MAX_DIRECTORY));
    require(
        directoryAtEnd() || (directoryOffset > 0 && directoryOffset <= MAX_SECTORS),
        Rule.V7,
        "gdOffset",
        at + 56,
        "the VMDK grain directory is said to be at sector "
            + Long.toUnsignedString(directoryOffset));
    require(
        !hasRedundantDirectory() || (redundantOffset >= 0 && redundantOffset <= MAX_SECTORS),
        Rule.V7,
        "rgdOffset",
        at + 48,
        "the redundant VMDK grain directory is said to be at sector "
            + Long.toUnsignedString(redundantOffset));
  }

  private static void require(boolean holds, Rule rule, String field, long offset, String otherwise)
      throws ImageRefusedException {
    if (!holds) {
      throw new ImageRefusedException(rule, field, offset, otherwise);
    }
  }

  long virtualSize() {
    return capacity * SECTOR;
  }

  /** Entries of the grain directory, one for each grain table. */
  long directoryEntries() {
    return Math.ceilDivExact(capacity, tableSpan());
  }

  /** Sectors of the guest that one grain table describes. */
  long tableSpan() {
    return grain * entries;
  }

  /** Bytes of the grain directory. */
  long directoryLength() {
    return directoryEntries() * Integer.BYTES;
  }

  /** Bytes of a grain. */
  long grainLength() {
    return grain * SECTOR;
  }

  /** Entry {@code index} of a little-endian grain table or directory: a sector of the file. */
  static long slot(ByteBuffer table, int index) {
    return toUnsignedLong(table.getInt(index * Integer.BYTES));
  }

  /** Whether a grain table's {@code slot} means a grain of zeros. */
  boolean readsZeros(long slot) {
    return slot == 0 || (slot == 1 && (flags & FLAG_ZEROED_GRAINS) != 0);
  }

  /** Bytes of a grain table. */
  int tableLength() {
    return (int) (entries * Integer.BYTES);
  }

  /** Whether the header refers to the footer for the directory's offset. */
  boolean directoryAtEnd() {
    return directoryOffset == DIRECTORY_AT_END;
  }

  /** Whether there is a second directory, which QEMU reads beside the first one. */
  boolean hasRedundantDirectory() {
    return (flags & FLAG_REDUNDANT) != 0;
  }

  /** Whether grains are packed: QEMU goes by this field, not by the flag. */
  boolean compressed() {
    return compression == DEFLATE;
  }

  /** Whether each packed grain has a grain marker in front of it. */
  boolean markers() {
    return (flags & FLAG_MARKERS) != 0;
  }

  /**
   * Bytes that the guest can see of the grain that starts at sector {@code lba}: less than a grain
   * only at the end of the disk.
   *
   * @param lba less than the capacity
   */
  long visibleLength(long lba) {
    return Math.min(grain, capacity - lba) * SECTOR;
  }
}
