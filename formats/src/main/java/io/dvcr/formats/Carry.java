package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The run of bytes that a reader of a stream still needs from the pieces before: one buffer that
 * slides along the image and never holds more than its limit.
 */
final class Carry {
  private static final byte[] NONE = new byte[0];

  private static final int SMALL = 1 << 20;

  private final int limit;
  private byte[] bytes = NONE;
  private long start;
  private int length;

  /**
   * @param limit bytes it may hold
   */
  Carry(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return length == 0;
  }

  long end() {
    return start + length;
  }

  /** Forgets what it holds; the buffer stays for the next run. */
  void clear() {
    length = 0;
  }

  /** Gives up the buffer, too. */
  void free() {
    clear();
    bytes = NONE;
  }

  /**
   * Takes on the {@code count} bytes of {@code from} at {@code offset} that follow its end (if it
   * is empty: that are at {@code position} of the image). What lies before {@code needed} may be
   * dropped to make room, and the bytes from there on must fit the limit.
   */
  void append(long position, byte[] from, int offset, int count, long needed) {
    if (length == 0) {
      start = position;
    }
    if (length + count > bytes.length) {
      makeRoom(count, needed);
    }
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  /** The bytes it holds of {@code wanted} ones at {@code position}: fewer if they end before. */
  ByteBuffer view(long position, int wanted) {
    if (position >= end()) {
      return ByteBuffer.wrap(NONE);
    }
    int from = (int) (position - start);
    return ByteBuffer.wrap(bytes, from, Math.min(wanted, length - from)).slice();
  }

  private void makeRoom(int count, long needed) {
    int dropped = (int) Math.min(length, Math.max(0, needed - start));
    System.arraycopy(bytes, dropped, bytes, 0, length - dropped);
    start += dropped;
    length -= dropped;
    if (length + count > bytes.length) {
      // Small buffers double; beyond that the limit at once: growing holds two of them.
      int doubled = Math.max(length + count, 2 * bytes.length);
      int capacity = doubled > SMALL ? Math.max(limit, length + count) : doubled;
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }
}
