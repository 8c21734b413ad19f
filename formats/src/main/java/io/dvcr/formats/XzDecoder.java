package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.ArrayCache;

/**
 * Unpacks xz (The .xz File Format 1.2.1): all streams with their padding.
 *
 * <p>The container is read here, and only a block's data is left to the filters of XZ for Java. Its
 * own {@code XZInputStream} tells one fault from another by the text of a message at most; here
 * each has its rule and its place. It also leaves the blocks apart, so that they can be decoded
 * side by side one day.
 */
final class XzDecoder extends DecoderStream {
  private final long memoryLimit;
  private final ArrayCache arrays = new XzArrays();
  private boolean anyStream;
  private @Nullable XzStreamFlags stream;
  private XzIndex blocks = new XzIndex();
  private @Nullable XzBlock block;

  XzDecoder(InputStream packed, long memoryLimit) {
    super(new PackedInput(packed, Rule.Z2));
    this.memoryLimit = memoryLimit;
  }

  @Override
  int decode(byte[] bytes, int offset, int length) throws IOException {
    for (XzBlock next = nextBlock(); next != null; next = nextBlock()) {
      int count = next.read(bytes, offset, length);
      if (count > 0) {
        return count;
      }
      blocks.add(next.unpaddedSize(), next.uncompressedSize());
      block = null;
    }
    return -1;
  }

  /** The block in hand, or else the next one of this or a further stream; null at the end. */
  private @Nullable XzBlock nextBlock() throws IOException {
    while (block == null) {
      XzStreamFlags flags = nextStream();
      if (flags == null) {
        return null;
      }
      in.enter("block header");
      int first = in.readByte();
      if (first == 0) { // "Index Indicator"
        finishStream(flags);
      } else {
        XzBlockHeader header = XzBlockHeader.read(in, first, memoryLimit);
        block = new XzBlock(in, header, flags.check(), arrays);
      }
    }
    return block;
  }

  /** The stream in hand, or else the next one; null at the end. */
  private @Nullable XzStreamFlags nextStream() throws IOException {
    if (stream == null && (!anyStream || skipPadding())) {
      stream = XzStreamFlags.readHeader(in, anyStream ? Rule.Z3 : Rule.Z7);
      blocks = new XzIndex();
      anyStream = true;
    }
    return stream;
  }

  private void finishStream(XzStreamFlags header) throws IOException {
    blocks.readSame(in);
    long position = in.position();
    XzStreamFlags footer = XzStreamFlags.readFooter(in);
    if (footer.check() != header.check()) {
      throw new ImageRefusedException(
          Rule.Z6,
          "Stream Flags",
          position + 8,
          "the stream's check is %s in its header and %s in its footer"
              .formatted(header.check(), footer.check()));
    }
    if (footer.indexLength() != blocks.length()) {
      throw new ImageRefusedException(
          Rule.Z6,
          "Backward Size",
          position + 4,
          "the footer states an index of %d bytes, it has %d"
              .formatted(footer.indexLength(), blocks.length()));
    }
    stream = null;
  }

  /** Skips Stream Padding (2.2). Whether anything comes after it. */
  private boolean skipPadding() throws IOException {
    long position = in.position();
    boolean more = in.fill();
    while (more && in.peekByte() == 0) {
      in.consume(1);
      more = in.fill();
    }
    if (((in.position() - position) & 3) != 0) {
      throw new ImageRefusedException(
          Rule.Z3,
          "Stream Padding",
          position,
          "%d zeros follow the stream, which is not a multiple of four"
              .formatted(in.position() - position));
    }
    return more;
  }
}
