package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One zstd frame behind its header: walks its blocks (RFC 8878 3.1.1.2) and hands them to libzstd
 * piece by piece.
 */
final class ZstdFrame {
  private static final int BLOCK_HEADER_LENGTH = 3;
  private static final int CHECKSUM_LENGTH = 4;
  private static final int RLE_BLOCK = 1;
  private static final int RESERVED_BLOCK = 3;

  private final PackedInput in;
  private final ZstdFrameHeader header;
  private final Decompressor decompressor;
  private final long position;
  private final byte[] small = new byte[4];

  /** What libzstd gets next. */
  private ByteBuffer piece;

  /** Bytes of the block in hand that are not in a piece yet. */
  private long blockRemaining;

  private boolean lastBlock;
  private boolean checksumRead;

  /** Whether libzstd may hold output that found no room. */
  private boolean outputPending;

  private boolean complete;

  private long produced;

  /** libzstd, in the middle of this frame. */
  @FunctionalInterface
  interface Decompressor {
    /** Whether the frame's end has been reached and all of it given out. */
    boolean decompress(ByteBuffer output, ByteBuffer input) throws IOException;
  }

  /**
   * @param in behind the frame header
   */
  ZstdFrame(PackedInput in, ZstdFrameHeader header, Decompressor decompressor) {
    this.in = in;
    this.header = header;
    this.decompressor = decompressor;
    position = in.position();
    piece = header.withoutContentSize();
  }

  /** The next bytes of the content; -1 when it is complete and right. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    while (!complete) {
      boolean fed = piece.hasRemaining() || outputPending || nextPiece();
      ByteBuffer output = ByteBuffer.wrap(bytes, offset, length);
      complete = decompressor.decompress(output, piece);
      int count = output.position() - offset;
      outputPending = count == length;
      count(count);
      if (count > 0) {
        return count;
      }
      if (!fed && !complete) { // libzstd and the walk disagree; the loop would not end
        throw new ImageRefusedException(
            Rule.S1, "Last_Block", in.position(), "the frame does not end with its last block");
      }
    }
    checkEnd();
    return -1;
  }

  /** Whether the frame has another piece. */
  private boolean nextPiece() throws IOException {
    if (blockRemaining > 0) {
      in.enter("block");
      in.demand();
      int count = (int) Math.min(blockRemaining, in.buffered());
      piece = ByteBuffer.wrap(in.buffer(), in.start(), count);
      in.consume(count); // the buffer is filled anew only after the piece is used up
      blockRemaining -= count;
      return true;
    }
    if (!lastBlock) {
      readBlockHeader();
      return true;
    }
    if (header.hasChecksum() && !checksumRead) {
      in.enter("frame's checksum");
      readSmall(CHECKSUM_LENGTH);
      checksumRead = true;
      return true;
    }
    return false;
  }

  private void readBlockHeader() throws IOException {
    in.enter("block header");
    long blockPosition = in.position();
    readSmall(BLOCK_HEADER_LENGTH);
    int field =
        Byte.toUnsignedInt(small[0])
            | Byte.toUnsignedInt(small[1]) << 8
            | Byte.toUnsignedInt(small[2]) << 16;
    lastBlock = (field & 1) != 0;
    int type = (field >>> 1) & 3;
    int size = field >>> 3;
    if (type == RESERVED_BLOCK) {
      throw new ImageRefusedException(
          Rule.S5, "Block_Type", blockPosition, "a block has the reserved type 3");
    }
    checkBlockSize(size, blockPosition);
    blockRemaining = type == RLE_BLOCK ? 1 : size;
  }

  private void checkBlockSize(int size, long blockPosition) throws ImageRefusedException {
    if (size <= header.maximumBlockSize()) {
      return;
    }
    if (Long.compareUnsigned(size, header.contentSize().orElse(size))
        > 0) { // in a single segment they are the same limit
      throw wrongContentSize("more");
    }
    throw new ImageRefusedException(
        Rule.S1,
        "Block_Size",
        blockPosition,
        "a block has a size of %d bytes, at most %d are possible"
            .formatted(size, header.maximumBlockSize()));
  }

  private void readSmall(int length) throws IOException {
    in.readFully(small, 0, length);
    piece = ByteBuffer.wrap(small, 0, length);
  }

  private void count(int count) throws ImageRefusedException {
    produced += count;
    if (header.contentSize().isPresent()
        && Long.compareUnsigned(produced, header.contentSize().getAsLong()) > 0) {
      throw wrongContentSize("more");
    }
  }

  private void checkEnd() throws ImageRefusedException {
    if (produced != header.contentSize().orElse(produced)) {
      throw wrongContentSize(Long.toString(produced));
    }
  }

  private ImageRefusedException wrongContentSize(String found) {
    return new ImageRefusedException(
        Rule.S3,
        "Frame_Content_Size",
        position,
        "the frame states %s bytes of content but has %s"
            .formatted(Long.toUnsignedString(header.contentSize().orElse(0)), found));
  }
}
