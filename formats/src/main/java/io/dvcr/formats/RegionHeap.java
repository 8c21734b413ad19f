package io.dvcr.formats;

/**
 * Wanted regions, the one that starts first on top; of two with the same start the shorter one. A
 * binary heap.
 */
final class RegionHeap extends RegionArrays {
  /**
   * @param limit the most entries it holds
   */
  RegionHeap(int limit) {
    super(limit);
  }

  /** False, and nothing added, when it is full. */
  boolean add(long offset, int length, Regions.Visitor visitor) {
    if (!extend()) {
      return false;
    }
    int at = size() - 1;
    while (at > 0 && before(offset, length, (at - 1) / 2)) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, offset, length, visitor);
    return true;
  }

  /** Start of the first region. */
  long offset() {
    return offset(0);
  }

  /** Length of the first region. */
  int length() {
    return length(0);
  }

  /** One past the first region's last byte. */
  long end() {
    return offset(0) + length(0);
  }

  Regions.Visitor visitor() {
    return visitor(0);
  }

  void removeFirst() {
    int last = size() - 1;
    long offset = offset(last);
    int length = length(last);
    Regions.Visitor visitor = visitor(last);
    shrink();
    int at = 0;
    for (int child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && before(offset(child + 1), length(child + 1), child)) {
        child++;
      }
      if (!before(offset(child), length(child), offset, length)) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, offset, length, visitor);
  }

  private boolean before(long offset, int length, int index) {
    return before(offset, length, offset(index), length(index));
  }

  private static boolean before(long offset, int length, long otherOffset, int otherLength) {
    return offset < otherOffset || (offset == otherOffset && length < otherLength);
  }
}
