package io.dvcr.formats;

import java.util.Arrays;

/**
 * Regions that have to be read again, last in, first out; in plain arrays as {@link RegionHeap}.
 */
final class RegionStack {
  private static final int FIRST_CAPACITY = 256;

  private final int limit;
  private long[] offsets = new long[FIRST_CAPACITY];
  private int[] lengths = new int[FIRST_CAPACITY];
  private Regions.Visitor[] visitors = new Regions.Visitor[FIRST_CAPACITY];
  private int size;

  /**
   * @param limit the most entries it holds
   */
  RegionStack(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  /** False, and nothing added, when it is full. */
  boolean push(long offset, int length, Regions.Visitor visitor) {
    if (size == limit) {
      return false;
    }
    if (size == offsets.length) {
      int capacity = Math.min(limit, 2 * size);
      offsets = Arrays.copyOf(offsets, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      visitors = Arrays.copyOf(visitors, capacity);
    }
    set(size++, offset, length, visitor);
    return true;
  }

  /** Start of the last region. */
  long offset() {
    return offsets[size - 1];
  }

  /** Length of the last region. */
  int length() {
    return lengths[size - 1];
  }

  Regions.Visitor visitor() {
    return visitors[size - 1];
  }

  void removeLast() {
    size--;
  }

  /** Turns the order of the entries from {@code first} on, so that they leave as they came. */
  void reverseFrom(int first) {
    for (int low = first, high = size - 1; low < high; low++, high--) {
      long offset = offsets[low];
      int length = lengths[low];
      Regions.Visitor visitor = visitors[low];
      set(low, offsets[high], lengths[high], visitors[high]);
      set(high, offset, length, visitor);
    }
  }

  void clear() {
    size = 0;
  }

  private void set(int at, long offset, int length, Regions.Visitor visitor) {
    offsets[at] = offset;
    lengths[at] = length;
    visitors[at] = visitor;
  }
}
