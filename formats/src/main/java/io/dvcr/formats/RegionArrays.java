package io.dvcr.formats;

import java.util.Arrays;

/** Wanted regions in plain arrays, so that a region costs {@link #ENTRY} bytes and no object. */
abstract class RegionArrays {
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
  RegionArrays(int limit) {
    this.limit = limit;
  }

  final int size() {
    return size;
  }

  final boolean isEmpty() {
    return size == 0;
  }

  final long offset(int index) {
    return offsets[index];
  }

  final int length(int index) {
    return lengths[index];
  }

  final Regions.Visitor visitor(int index) {
    return visitors[index];
  }

  /** Makes room for one entry more at the end; false if it is full. */
  final boolean extend() {
    if (size == limit) {
      return false;
    }
    if (size == offsets.length) {
      int capacity = Math.min(limit, 2 * size);
      offsets = Arrays.copyOf(offsets, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      visitors = Arrays.copyOf(visitors, capacity);
    }
    size++;
    return true;
  }

  /** Forgets the last entry. */
  final void shrink() {
    size--;
  }

  final void set(int at, long offset, int length, Regions.Visitor visitor) {
    offsets[at] = offset;
    lengths[at] = length;
    visitors[at] = visitor;
  }

  final void move(int from, int to) {
    set(to, offsets[from], lengths[from], visitors[from]);
  }

  /** Forgets all entries and frees their memory. */
  final void clear() {
    size = 0;
    offsets = new long[FIRST_CAPACITY];
    lengths = new int[FIRST_CAPACITY];
    visitors = new Regions.Visitor[FIRST_CAPACITY];
  }
}
