package io.dvcr.formats;

/** Regions that have to be read again, last in, first out. */
final class RegionStack extends RegionArrays {
  /**
   * @param limit the most entries it holds
   */
  RegionStack(int limit) {
    super(limit);
  }

  /** False, and nothing added, when it is full. */
  boolean push(long offset, int length, Regions.Visitor visitor) {
    if (!extend()) {
      return false;
    }
    set(size() - 1, offset, length, visitor);
    return true;
  }

  /** Start of the last region. */
  long offset() {
    return offset(size() - 1);
  }

  /** Length of the last region. */
  int length() {
    return length(size() - 1);
  }

  Regions.Visitor visitor() {
    return visitor(size() - 1);
  }

  void removeLast() {
    shrink();
  }

  /** Turns the order of the entries from {@code first} on, so that they leave as they came. */
  void reverseFrom(int first) {
    for (int low = first, high = size() - 1; low < high; low++, high--) {
      long offset = offset(low);
      int length = length(low);
      Regions.Visitor visitor = visitor(low);
      move(high, low);
      set(high, offset, length, visitor);
    }
  }
}
