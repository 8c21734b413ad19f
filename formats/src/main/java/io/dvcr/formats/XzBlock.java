package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.XZIOException;

/**
 * One block of an xz stream (The .xz File Format 1.2.1, 3): its data decoded, the sizes its header
 * states, its padding and its check verified. Nothing here depends on the blocks before it.
 */
final class XzBlock {
  private final PackedInput in;
  private final XzBlockHeader header;
  private final XzCheck check;
  private final XzCheck.Computation content;
  private final long dataPosition;
  private final InputStream data;
  private long compressedSize;
  private long uncompressedSize;

  /**
   * @param in at the block's data
   * @param arrays keeps the dictionary for the next block: else many small blocks with a large
   *     dictionary would cost far more time than their length justifies
   */
  XzBlock(PackedInput in, XzBlockHeader header, XzCheck check, ArrayCache arrays)
      throws IOException {
    this.in = in;
    this.header = header;
    this.check = check;
    content = check.start();
    dataPosition = in.position();
    InputStream chain = new PackedData();
    for (var filter : header.filters().reversed()) {
      chain = filter.getInputStream(chain, arrays);
    }
    data = chain;
  }

  /** The next bytes of the block's content; -1 when it is complete and right. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    in.enter("block's data");
    int count = readData(bytes, offset, length);
    if (count > 0) {
      content.update(bytes, offset, count);
      uncompressedSize += count;
      if (uncompressedSize > header.uncompressedSize().orElse(Long.MAX_VALUE)) {
        throw wrongSize("unpacked size", header.uncompressedSize(), "more");
      }
      return count;
    }
    data.close(); // gives the dictionary back; the bytes beneath stay open
    checkEnd();
    return -1;
  }

  private int readData(byte[] bytes, int offset, int length) throws IOException {
    try {
      return data.read(bytes, offset, length);
    } catch (XZIOException e) {
      throw damaged(e);
    } catch (RuntimeException e) { // a fault of the library that the data provoked
      throw damaged(e);
    }
  }

  private void checkEnd() throws IOException {
    if (compressedSize != header.compressedSize().orElse(compressedSize)) {
      throw wrongSize("packed size", header.compressedSize(), "" + compressedSize);
    }
    if (uncompressedSize != header.uncompressedSize().orElse(uncompressedSize)) {
      throw wrongSize("unpacked size", header.uncompressedSize(), "" + uncompressedSize);
    }
    in.enter("block's padding");
    for (long i = compressedSize; (i & 3) != 0; i++) {
      if (in.readByte() != 0) {
        throw new ImageRefusedException(
            Rule.Z5, "Block Padding", in.position() - 1, "the block is not padded with zeros");
      }
    }
    in.enter("block's check");
    byte[] stored = new byte[check.length()];
    in.readFully(stored, 0, stored.length);
    if (!Arrays.equals(stored, content.finish())) {
      throw new ImageRefusedException(
          Rule.Z1,
          "Check",
          in.position() - stored.length,
          "the block's %s is not that of its content".formatted(check));
    }
  }

  /** Bytes of header, data and check (The .xz File Format 1.2.1, 4.3.1). */
  long unpaddedSize() {
    return header.length() + compressedSize + check.length();
  }

  long uncompressedSize() {
    return uncompressedSize;
  }

  private ImageRefusedException damaged(Exception e) {
    return new ImageRefusedException(
        Rule.Z1,
        "Compressed Data",
        in.position(),
        "the data of the block from byte %d on is damaged".formatted(dataPosition),
        e);
  }

  private ImageRefusedException wrongSize(String size, OptionalLong stated, String found) {
    return new ImageRefusedException(
        Rule.Z5,
        "Block Header",
        dataPosition - header.length(),
        "the block's %s should be %d but is %s".formatted(size, stated.orElse(0), found));
  }

  /**
   * The packed data for the filters, which read exactly as much as there is. An end is a refusal
   * here already, so that the filters never see one, and a failure of the source passes through
   * them unchanged.
   */
  private final class PackedData extends InputStream {
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      in.demand();
      int count = Math.min(length, in.buffered());
      in.readFully(bytes, offset, count);
      count(count);
      return count;
    }

    @Override
    public int read() throws IOException {
      int value = in.readByte();
      count(1);
      return value;
    }

    private void count(int count) throws ImageRefusedException {
      compressedSize += count;
      if (compressedSize > header.compressedSize().orElse(Long.MAX_VALUE)) {
        throw wrongSize("packed size", header.compressedSize(), "more");
      }
    }
  }
}
