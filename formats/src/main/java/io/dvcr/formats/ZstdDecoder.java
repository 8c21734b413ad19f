package io.dvcr.formats;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks zstd (RFC 8878): all frames, skippable ones skipped.
 *
 * <p>Frames and blocks are walked here, and libzstd only decodes blocks and computes the checksum.
 * So each fault has its rule and its place, and the limit of the window holds before anything is
 * allocated. libzstd is not told the content size that a frame states: it would report a wrong one
 * as damaged data; it is compared here.
 */
final class ZstdDecoder extends DecoderStream {
  /** ZSTD_WINDOWLOG_MAX of libzstd on 64 bits. */
  private static final int LIBRARY_WINDOW_LOG_MAX = 31;

  private static final int LIBRARY_WINDOW_LOG_MIN = 10;

  private final long windowLimit;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private boolean anyFrame;
  private @Nullable ZstdFrame frame;

  ZstdDecoder(InputStream packed, long windowLimit) {
    super(new PackedInput(packed, Rule.S2));
    this.windowLimit = Math.min(windowLimit, 1L << LIBRARY_WINDOW_LOG_MAX);
    int log = Long.SIZE - Long.numberOfLeadingZeros(Math.max(this.windowLimit, 1) - 1);
    context.setLongMax(Math.max(log, LIBRARY_WINDOW_LOG_MIN));
  }

  @Override
  int decode(byte[] bytes, int offset, int length) throws IOException {
    for (ZstdFrame next = nextFrame(); next != null; next = nextFrame()) {
      int count = next.read(bytes, offset, length);
      if (count > 0) {
        return count;
      }
      frame = null;
    }
    return -1;
  }

  @Override
  void release() {
    context.close();
  }

  /** The frame in hand, or else the next one; null at the end. */
  private @Nullable ZstdFrame nextFrame() throws IOException {
    while (frame == null && (!anyFrame || in.fill())) {
      int magic = readMagic();
      anyFrame = true;
      if (magic == ZstdFrameHeader.MAGIC) {
        frame = startFrame();
      } else {
        in.enter("skippable frame");
        in.skip(in.readLittleEndian(4));
      }
    }
    return frame;
  }

  /** The magic of a frame or of a skippable frame. */
  private int readMagic() throws IOException {
    in.enter("frame's magic");
    long position = in.position();
    int first = in.peekByte();
    int magic = 0;
    if (first == (ZstdFrameHeader.MAGIC & 0xFF)
        || (first & 0xF0) == (ZstdFrameHeader.SKIPPABLE_MAGIC & 0xFF)) {
      magic = (int) in.readLittleEndian(4);
    }
    if (magic != ZstdFrameHeader.MAGIC
        && (magic & ZstdFrameHeader.SKIPPABLE_MASK) != ZstdFrameHeader.SKIPPABLE_MAGIC) {
      throw new ImageRefusedException(
          Rule.S6, "Magic_Number", position, "no zstd frame starts here: its magic differs");
    }
    return magic;
  }

  private ZstdFrame startFrame() throws IOException {
    long position = in.position();
    ZstdFrameHeader header = ZstdFrameHeader.read(in);
    if (Long.compareUnsigned(header.window(), windowLimit) > 0) {
      throw new ImageRefusedException(
              Rule.S4,
              "Window_Size",
              position,
              "unpacking needs a window of %s bytes, %d are allowed"
                  .formatted(Long.toUnsignedString(header.window()), windowLimit))
          .needing(header.window(), 1L << LIBRARY_WINDOW_LOG_MAX);
    }
    return new ZstdFrame(in, header, this::decompress);
  }

  /** Whether libzstd has seen the end of the frame and given out all of it. */
  private boolean decompress(ByteBuffer output, ByteBuffer input) throws IOException {
    try {
      return context.decompressByteBufferStream(output, input);
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errMemoryAllocation()) {
        throw new IOException("zstd got no memory from the system", e); // not the image's fault
      }
      boolean checksum = e.getErrorCode() == Zstd.errChecksumWrong();
      throw new ImageRefusedException(
          Rule.S1,
          checksum ? "Content_Checksum" : "Block_Content",
          in.position(),
          checksum
              ? "the frame's checksum is not that of its content"
              : "the frame's data is damaged: " + e.getMessage(),
          e);
    }
  }
}
