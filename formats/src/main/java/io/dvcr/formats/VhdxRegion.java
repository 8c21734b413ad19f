package io.dvcr.formats;

/**
 * A part of a VHDX that has one use.
 *
 * @param name for messages
 * @param offset from the start of the file, in bytes
 * @param length in bytes
 */
record VhdxRegion(String name, long offset, long length) {
  /** What all offsets and lengths of regions are multiples of (MS-VHDX 2.1). */
  static final long ALIGNMENT = 1 << 20;

  /** The file identifier, both headers and both region tables (MS-VHDX 2.2). */
  static final VhdxRegion HEADERS = new VhdxRegion("header section", 0, ALIGNMENT);

  /**
   * A region at offset and length as found in the file.
   *
   * @param length at most 32 bits
   * @param at where the field with the offset lies
   */
  static VhdxRegion of(String name, long offset, long length, long at)
      throws ImageRefusedException {
    boolean aligned = offset % ALIGNMENT == 0 && length % ALIGNMENT == 0;
    if (offset < ALIGNMENT || !aligned || offset > Long.MAX_VALUE - length) {
      throw new ImageRefusedException(
          Rule.X2,
          name,
          at,
          "the VHDX %s at offset %s with %d bytes is not in whole MiB behind the first"
              .formatted(name, Long.toUnsignedString(offset), length));
    }
    return new VhdxRegion(name, offset, length);
  }

  long end() {
    return offset + length;
  }

  boolean overlaps(VhdxRegion other) {
    return offset < other.end() && other.offset < end();
  }
}
