package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The entries of a grain table, or of one page of the directory, in the order of the sectors that
 * they name: 8 bytes an entry, and nothing for those that name none.
 */
final class VmdkPlaces {
  /** Bits for an entry's index: a page has 2^14 entries, a table at most 2^9. */
  private static final int INDEX_BITS = 14;

  private final long[] sorted;

  private VmdkPlaces(long[] sorted) {
    this.sorted = sorted;
  }

  /**
   * The entries of a little-endian table of at most 2^14.
   *
   * @param none tells entries that name no sector
   */
  static VmdkPlaces in(ByteBuffer table, LongPredicate none) {
    long[] places = new long[table.limit() / Integer.BYTES];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      long sector = VmdkHeader.slot(table, i);
      if (!none.test(sector)) {
        places[count++] = sector << INDEX_BITS | i;
      }
    }
    places = Arrays.copyOf(places, count);
    Arrays.sort(places);
    return new VmdkPlaces(places);
  }

  int size() {
    return sorted.length;
  }

  long sector(int place) {
    return sorted[place] >>> INDEX_BITS;
  }

  /** Index in the table of the entry at {@code place}. */
  long index(int place) {
    return sorted[place] & (1 << INDEX_BITS) - 1;
  }

  /** The first place that names {@code sector}; those after it may name it, too. */
  int first(long sector) {
    int found = Arrays.binarySearch(sorted, sector << INDEX_BITS);
    return found < 0 ? ~found : found;
  }
}
