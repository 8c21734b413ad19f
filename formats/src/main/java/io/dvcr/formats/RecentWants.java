package io.dvcr.formats;

import org.jspecify.annotations.Nullable;

/**
 * Which regions were wanted lately. Tables of hostile images name the same few regions millions of
 * times; one visit each is enough. Forgets what falls on the same place as something later.
 */
final class RecentWants {
  /** Memory: 1 MiB. */
  private static final int PLACES = 64 << 10;

  private final long[] offsets = new long[PLACES];
  private final int[] lengths = new int[PLACES];
  private final Regions.@Nullable Visitor[] visitors = new Regions.Visitor[PLACES];

  /** Whether this one was wanted before; it is remembered. */
  boolean contains(long offset, int length, Regions.Visitor visitor) {
    long mixed = (offset * 31 + length) * 0x9E3779B97F4A7C15L; // Fibonacci hashing
    int place = (int) (mixed >>> 48) % PLACES;
    if (visitor.equals(visitors[place]) && offsets[place] == offset && lengths[place] == length) {
      return true;
    }
    offsets[place] = offset;
    lengths[place] = length;
    visitors[place] = visitor;
    return false;
  }

  /** Nothing was visited that was wanted: all may be wanted again. */
  void clear() {
    for (int i = 0; i < PLACES; i++) {
      visitors[i] = null;
    }
  }
}
