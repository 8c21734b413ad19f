package io.dvcr.formats;

import java.nio.ByteBuffer;

/** One region of the stream that is held after it passed, for someone may ask for parts of it. */
final class KeptRegion {
  private byte[] bytes = new byte[0];
  private long start;
  private int length;
  private int filled;

  /** Holds {@code length} bytes at {@code start} from now on, and no longer what it held. */
  void hold(long start, int length) {
    if (bytes.length < length) {
      bytes = new byte[0]; // never two buffers at once
      bytes = new byte[length];
    }
    this.start = start;
    this.length = length;
    filled = 0;
  }

  void free() {
    bytes = new byte[0];
    length = 0;
  }

  boolean covers(long offset, int count) {
    return offset >= start && offset + count <= start + length;
  }

  /** Takes its share of the bytes of a piece that is at {@code position} of the image. */
  void observe(long position, byte[] piece, int offset, int count) {
    long next = start + filled;
    long taken = Math.min(length - filled, position + count - next);
    if (taken > 0) { // else it is full, or begins later
      System.arraycopy(piece, offset + (int) (next - position), bytes, filled, (int) taken);
      filled += (int) taken;
    }
  }

  /** The {@code count} bytes at {@code offset}, which it covers and which have passed. */
  ByteBuffer view(long offset, int count) {
    return ByteBuffer.wrap(bytes, (int) (offset - start), count).slice();
  }
}
