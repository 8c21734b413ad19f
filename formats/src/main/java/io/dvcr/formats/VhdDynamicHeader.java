package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The header of a dynamic VHD, checked (VHD specification, Dynamic Disk Header Format). Its
 * checksum is not verified: QEMU ignores it, and every field that matters is checked by itself.
 *
 * @param tableOffset where the block allocation table lies, in bytes
 * @param entries of the table
 * @param blockSize bytes of the guest in a block
 */
record VhdDynamicHeader(long tableOffset, long entries, long blockSize) {
  /** Bytes of the header. */
  static final int LENGTH = 1024;

  private static final byte[] COOKIE = "cxsparse".getBytes(ISO_8859_1);

  private static final int SECTOR = 512;

  /** QEMU block/vpc.c, vpc_open: the table stays below 2 GiB. */
  private static final long MAX_ENTRIES = Integer.MAX_VALUE / Integer.BYTES;

  /**
   * A header.
   *
   * @param bytes the header's 1024 bytes
   * @param at where they lie in the file
   * @param virtualSize bytes that the blocks must hold
   */
  static VhdDynamicHeader parse(byte[] bytes, long at, long virtualSize)
      throws ImageRefusedException {
    if (!Arrays.equals(bytes, 0, COOKIE.length, COOKIE, 0, COOKIE.length)) {
      throw new ImageRefusedException(
          Rule.H4, "cookie", at, "the VHD has no dynamic header at offset " + at);
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes, 0, LENGTH);
    VhdDynamicHeader header =
        new VhdDynamicHeader(
            fields.getLong(16),
            Integer.toUnsignedLong(fields.getInt(28)),
            Integer.toUnsignedLong(fields.getInt(32)));
    header.check(at, virtualSize);
    return header;
  }

  private void check(long at, long virtualSize) throws ImageRefusedException {
    if (blockSize < SECTOR || Long.bitCount(blockSize) != 1) {
      throw new ImageRefusedException(
          Rule.H4,
          "block size",
          at + 32,
          "the VHD's block size, %d, is no power of two from 512 on".formatted(blockSize));
    }
    if (entries > MAX_ENTRIES || entries * blockSize < virtualSize) {
      throw new ImageRefusedException(
          Rule.H4,
          "max table entries",
          at + 28,
          "a VHD of %d bytes in blocks of %d does not go with a table of %d entries"
              .formatted(virtualSize, blockSize, entries));
    }
    if (tableOffset < 0 || tableOffset > Long.MAX_VALUE - tableLength()) {
      throw new ImageRefusedException(
          Rule.H4,
          "table offset",
          at + 16,
          "the VHD's table is said to be at " + Long.toUnsignedString(tableOffset));
    }
  }

  /** Bytes of the block allocation table. */
  long tableLength() {
    return entries * Integer.BYTES;
  }

  /**
   * Bytes of a block in the file: a bitmap with a bit a sector, in whole sectors, then the data.
   */
  long storedLength() {
    return Math.ceilDiv(Math.ceilDiv(blockSize, SECTOR * 8L), SECTOR) * SECTOR + blockSize;
  }
}
