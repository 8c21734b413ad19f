package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * The header of a zstd frame (RFC 8878 3.1.1.1).
 *
 * @param window bytes of the content that a decoder must hold; unsigned, as a frame in a single
 *     segment can ask for all of its content
 * @param contentSize bytes the frame unpacks to, where stated; unsigned
 * @param hasChecksum whether the content's checksum ends the frame
 */
record ZstdFrameHeader(long window, OptionalLong contentSize, boolean hasChecksum) {
  static final int MAGIC = 0xFD2F_B528;

  /** The magics of skippable frames are these sixteen (3.1.2). */
  static final int SKIPPABLE_MAGIC = 0x184D_2A50;

  static final int SKIPPABLE_MASK = 0xFFFF_FFF0;

  private static final int CHECKSUM = 1 << 2;
  private static final int RESERVED = 1 << 3;
  private static final int SINGLE_SEGMENT = 1 << 5;
  private static final int[] DICTIONARY_ID_LENGTHS = {0, 1, 2, 4};

  /** "The minimum Window_Size is 1 KB" (3.1.1.1.2). */
  private static final int WINDOW_LOG_MIN = 10;

  /** Reads what follows the magic. */
  static ZstdFrameHeader read(PackedInput in) throws IOException {
    in.enter("frame header");
    long position = in.position();
    int descriptor = in.readByte();
    if ((descriptor & RESERVED) != 0) {
      throw new ImageRefusedException(
          Rule.S5, "Reserved_Bit", position, "the frame header's reserved bit is set");
    }
    boolean singleSegment = (descriptor & SINGLE_SEGMENT) != 0;
    long window = singleSegment ? 0 : window(in.readByte());
    long dictionary = in.readLittleEndian(DICTIONARY_ID_LENGTHS[descriptor & 3]);
    if (dictionary != 0) {
      throw new ImageRefusedException(
          Rule.S5, "Dictionary_ID", position + 1, "it needs dictionary %d".formatted(dictionary));
    }
    OptionalLong contentSize = contentSize(in, descriptor >>> 6, singleSegment);
    return new ZstdFrameHeader(
        singleSegment ? contentSize.orElseThrow() : window,
        contentSize,
        (descriptor & CHECKSUM) != 0);
  }

  /** Window_Descriptor (3.1.1.1.2): five bits of exponent, three of mantissa. */
  private static long window(int descriptor) {
    long base = 1L << (WINDOW_LOG_MIN + (descriptor >>> 3));
    return base + base / 8 * (descriptor & 7);
  }

  /** Frame_Content_Size (3.1.1.1.4). */
  private static OptionalLong contentSize(PackedInput in, int flag, boolean singleSegment)
      throws IOException {
    return switch (flag) {
      case 0 -> singleSegment ? OptionalLong.of(in.readByte()) : OptionalLong.empty();
      case 1 -> OptionalLong.of(in.readLittleEndian(2) + 256);
      case 2 -> OptionalLong.of(in.readLittleEndian(4));
      default -> OptionalLong.of(in.readLittleEndian(8));
    };
  }

  /** Bytes that a block unpacks to, and takes, at most: Block_Maximum_Size (3.1.1.2.4). */
  long maximumBlockSize() {
    return Long.compareUnsigned(window, 128 << 10) < 0 ? window : 128 << 10;
  }

  /**
   * A header of a frame with the same blocks and checksum that states no content size, so that a
   * decoder has nothing to allocate by it and nothing to check against it. The window, which must
   * be known to be sane, is rounded up to what a descriptor can say.
   */
  ByteBuffer withoutContentSize() {
    return ByteBuffer.allocate(6)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .put((byte) (hasChecksum ? CHECKSUM : 0))
        .put((byte) windowDescriptor())
        .flip();
  }

  private int windowDescriptor() {
    long size = Math.max(window, 1L << WINDOW_LOG_MIN);
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(size);
    int mantissa = (int) Math.ceilDiv((size - (1L << log)) * 8, 1L << log);
    // A mantissa of 8 carries into the exponent, which is just what the sum does.
    return ((log - WINDOW_LOG_MIN) << 3) + mantissa;
  }
}
