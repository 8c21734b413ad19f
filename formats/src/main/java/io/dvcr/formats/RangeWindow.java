package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads an image by range and keeps the last piece, for neighbours are often read one by one. What
 * is read front to back is asked for front to back, no byte twice.
 */
final class RangeWindow {
  private static final byte[] NONE = new byte[0];

  private final RangeReader again;
  private final long fileLength;
  private final int readAhead;
  private byte[] bytes = NONE;
  private long start;
  private int length;

  /**
   * @param fileLength bytes of the image: nothing is read beyond
   * @param readAhead bytes to read at once even if fewer are asked for
   */
  RangeWindow(RangeReader again, long fileLength, int readAhead) {
    this.again = again;
    this.fileLength = fileLength;
    this.readAhead = readAhead;
  }

  /** The {@code wanted} bytes at {@code offset}, valid until the next call; fewer at the end. */
  ByteBuffer read(long offset, int wanted) throws IOException {
    int there = Math.clamp(fileLength - offset, 0, wanted);
    if (there == 0) {
      return ByteBuffer.wrap(NONE);
    }
    if (offset < start || offset + there > start + length) {
      load(offset, (int) Math.min(fileLength - offset, Math.max(there, readAhead)));
    }
    return ByteBuffer.wrap(bytes, (int) (offset - start), there).slice();
  }

  private void load(long offset, int count) throws IOException {
    int there = offset >= start && offset < start + length ? (int) (start + length - offset) : 0;
    byte[] next = bytes.length < count ? new byte[count] : bytes;
    System.arraycopy(bytes, length - there, next, 0, there);
    bytes = next;
    length = 0; // nothing is there if the read fails
    again.readFully(offset + there, bytes, there, count - there);
    start = offset;
    length = count;
  }
}
