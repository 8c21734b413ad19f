package io.dvcr.formats;

import java.util.Arrays;

/**
 * Wanted regions of a stream, the one that starts first on top; of two with the same start the
 * shorter one. A binary heap in plain arrays, so that a region costs {@link #ENTRY} bytes and no
 * object.
 */
final class RegionHeap {
  /** Bytes an entry takes: a long, an int and a reference. */
  static final int ENTRY = 16;

  private static final int FIRST_CAPACITY = 256;

  private final int limit;
  private long[] offsets = new long[FIRST_CAPACITY];
  private int[] lengths = new int[FIRST_CAPACITY];
  private Regions.Visitor[] visitors = new Regions.Visitor[FIRST_CAPACITY];
  private int size;

  /**
   * @param limit the most entries it holds
   */
  RegionHeap(int limit) {
    this.limit = limit;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** False, and nothing added, when it is full. */
  boolean add(long offset, int length, Regions.Visitor visitor) {
    if (size == limit) {
      return false;
    }
    if (size == offsets.length) {
      int capacity = Math.min(limit, 2 * size);
      offsets = Arrays.copyOf(offsets, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      visitors = Arrays.copyOf(visitors, capacity);
    }
    int at = size++;
    while (at > 0 && before(offset, length, (at - 1) / 2)) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, offset, length, visitor);
    return true;
  }

  /** Start of the first region. */
  long offset() {
    return offsets[0];
  }

  /** Length of the first region. */
  int length() {
    return lengths[0];
  }

  /** One past the first region's last byte. */
  long end() {
    return offsets[0] + lengths[0];
  }

  Regions.Visitor visitor() {
    return visitors[0];
  }

  void removeFirst() {
    size--;
    long offset = offsets[size];
    int length = lengths[size];
    Regions.Visitor visitor = visitors[size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && before(offsets[child + 1], lengths[child + 1], child)) {
        child++;
      }
      if (!before(offsets[child], lengths[child], offset, length)) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, offset, length, visitor);
  }

  /** Forgets all entries and frees their memory. */
  void clear() {
    size = 0;
    offsets = new long[FIRST_CAPACITY];
    lengths = new int[FIRST_CAPACITY];
    visitors = new Regions.Visitor[FIRST_CAPACITY];
  }

  private boolean before(long offset, int length, int index) {
    return before(offset, length, offsets[index], lengths[index]);
  }

  private static boolean before(long offset, int length, long otherOffset, int otherLength) {
    return offset < otherOffset || (offset == otherOffset && length < otherLength);
  }

  private void move(int from, int to) {
    set(to, offsets[from], lengths[from], visitors[from]);
  }

  private void set(int at, long offset, int length, Regions.Visitor visitor) {
    offsets[at] = offset;
    lengths[at] = length;
    visitors[at] = visitor;
  }
}
