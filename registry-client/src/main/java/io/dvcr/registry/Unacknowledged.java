package io.dvcr.registry;

import java.util.Arrays;

/**
 * The bytes of an upload that were sent and that the registry may yet ask for again. Grows up to
 * its capacity, then the caller has to get them acknowledged.
 */
final class Unacknowledged {
  private static final int FIRST_SIZE = 64 << 10;

  private final int capacity;
  private byte[] bytes = new byte[0];
  private long start;
  private int length;

  Unacknowledged(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** Offset in the blob of the first byte that is held. */
  long start() {
    return start;
  }

  int room() {
    return capacity - length;
  }

  /** Takes bytes that fit into {@link #room}. */
  void append(byte[] more, int offset, int count) {
    if (length + count > bytes.length) {
      int doubled = Math.max(FIRST_SIZE, Math.max(length + count, 2 * bytes.length));
      bytes = Arrays.copyOf(bytes, Math.min(capacity, doubled));
    }
    System.arraycopy(more, offset, bytes, length, count);
    length += count;
  }

  /** Forgets what lies before {@code offset} of the blob, where that is beyond {@link #start}. */
  void acknowledge(long offset) {
    if (offset > start) {
      int gone = (int) Math.min(length, offset - start);
      System.arraycopy(bytes, gone, bytes, 0, length - gone);
      start = offset;
      length -= gone;
    }
  }

  byte[] array() {
    return bytes;
  }

  /** Where the byte at {@code offset} of the blob is in {@link #array}. */
  int indexOf(long offset) {
    return Math.toIntExact(offset - start);
  }
}
