package io.dvcr.formats;

/**
 * The furthest place that an image's tables point at, and who points there: all that has to be kept
 * to check every pointer against the image's length, which is known at the end only.
 */
final class Furthest {
  private long end;
  private long from = -1;

  /** Something must lie before {@code end}, says the entry at {@code from}. */
  void note(long end, long from) {
    if (end > this.end) {
      this.end = end;
      this.from = from;
    }
  }

  /** One past the furthest byte that is pointed at; 0 if none is. */
  long end() {
    return end;
  }

  /** Where the entry stands that points there; negative if there is none. */
  long from() {
    return from;
  }

  /** Whether something points beyond {@code fileLength} bytes. */
  boolean isOutside(long fileLength) {
    return end > fileLength;
  }
}
