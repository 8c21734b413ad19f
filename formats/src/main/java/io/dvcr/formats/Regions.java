package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Brings regions of an image to those who want them, in one pass over the bytes where that is
 * possible.
 *
 * <p>A wanted region that lies ahead is queued and visited as its bytes pass. One that starts
 * behind, or for which the queue has no room, is put off and read by range after the last byte,
 * front to back as well: an image of n levels of tables that all point backwards takes n rounds. A
 * visitor may want further regions: a table page the next page and what its entries point at. When
 * even the list of what was put off is full, all is dropped and the walk starts again from its root
 * by range; there the newest region is served first, so that what waits is bounded by the depth of
 * the tables times the entries of a page.
 *
 * <p>Regions are visited in the order of their start while the image streams, so equal regions of
 * one visitor stand side by side and are visited once. Which ones are put off does not depend on
 * the sizes of the pieces observed.
 *
 * <p>Memory: at most {@value #QUEUE_LIMIT} + {@value #STACK_LIMIT} waiting regions of {@value
 * RegionArrays#ENTRY} bytes, 5 MiB and half of the larger share more while its arrays grow; 1 MiB
 * of what was wanted lately; buffers of {@link #LARGEST} and {@link #MOST_KEPT} bytes. That makes
 * 14 MiB at the worst moment, and leaves 2 MiB of {@link Inspector#MEMORY} to the format.
 */
final class Regions {
  /**
   * The longest region, bytes: what a compressed cluster of qcow2 may span at most (2^13 sectors
   * with clusters of 2 MiB). Tables are wanted in pages of {@link #PAGE}.
   */
  static final int LARGEST = 4 << 20;

  /** The most that {@link #keep} keeps, bytes: a cluster of qcow2. */
  static final int MOST_KEPT = 2 << 20;

  /** Bytes in which tables are wanted: few enough to hold, enough for one request by range. */
  static final int PAGE = 64 << 10;

  /** All clusters of the largest L2 table of qcow2: 2 MiB of 8 bytes each. */
  private static final int QUEUE_LIMIT = 256 << 10;

  /** Pages of three levels of tables with entries of 4 bytes, and some more. */
  private static final int STACK_LIMIT = 64 << 10;

  /** Bytes read by range at once, if the image has them: neighbours are often wanted next. */
  private static final int READ_AHEAD = 256 << 10;

  /**
   * Visits may use this many times the bytes there are. Tables and compressed clusters of a sound
   * image do not overlap, so once is enough; some formats round their regions up to sectors.
   */
  private static final int WORK_FACTOR = 2;

  /** And this much on top, so that a small image is never refused for it. */
  private static final long WORK_ALLOWANCE = 16 << 20;

  /** Sees one kind of region. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A region's bytes. Fewer than wanted, perhaps none, only if the image ends inside or before
     * it.
     *
     * @param offset where the region starts in the image
     * @param bytes its bytes from index 0 to the limit, valid during the call only
     * @param wanted how many were wanted
     * @return how many bytes were used: the sum is bounded, see rule R2
     */
    int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException;
  }

  /** Wants the regions where the walk begins; forgets what earlier visits of it left behind. */
  @FunctionalInterface
  interface Root {
    void begin() throws ImageRefusedException;
  }

  private final RecentWants recent = new RecentWants();
  private final RegionHeap queue = new RegionHeap(QUEUE_LIMIT);
  private final RegionStack later = new RegionStack(STACK_LIMIT);
  private final KeptRegion kept = new KeptRegion();
  private final Carry carry = new Carry(LARGEST);
  private Root root = () -> {};

  /** One past the last byte that was shown to a visitor, or lies in an earlier piece. */
  private long passed;

  private long position;

  /** What a visitor sees just now, and where it is. */
  private ByteBuffer shown = ByteBuffer.allocate(0);

  private long shownOffset;
  private Phase phase = Phase.STREAMING;

  /** Whether what waited was dropped; the walk starts again when the image has ended. */
  private boolean dropped;

  private long used;

  /** How regions are brought just now. */
  private enum Phase {
    /** As they pass. */
    STREAMING,
    /** Not at all as long as bytes pass: some of them were not seen. */
    UNSEEN,
    /** With what there is: no more bytes pass. */
    ENDING,
    /** By range, front to back. */
    ROUNDS,
    /** By range, the newest first. */
    DEPTH_FIRST
  }

  /** Begins a walk: {@code root} begins at once, and once more if all has to be read by range. */
  void walk(Root root) throws ImageRefusedException {
    this.root = root;
    root.begin();
  }

  /**
   * Wants {@code length} bytes of the image at {@code offset}; {@code visitor} is called with them
   * later, never from here. One visitor sees equal regions at least once, not once for each want.
   *
   * @param offset not negative; may lie outside the image, then the visitor sees no bytes
   * @param length 1 to {@link #LARGEST}
   */
  void want(long offset, int length, Visitor visitor) throws ImageRefusedException {
    if (dropped || recent.contains(offset, length, visitor)) {
      return;
    }
    long start = Math.min(offset, Long.MAX_VALUE - length); // so that its end is a number, too
    if (isAhead(start, length) && queue.add(start, length, visitor)) {
      return;
    }
    if (!later.push(start, length, visitor)) {
      drop(start);
    }
  }

  private boolean isAhead(long start, int length) {
    return switch (phase) {
      case STREAMING -> start >= passed || (start + length <= passed && kept.covers(start, length));
      case ROUNDS -> start >= shownOffset;
      case UNSEEN, ENDING, DEPTH_FIRST -> false;
    };
  }

  /**
   * Keeps {@code length} bytes at {@code offset}, at most {@link #MOST_KEPT}, and no longer the
   * ones kept before: regions inside are visited without reading again once they have passed. To be
   * called by a visitor; {@code offset} is not before the region that it sees.
   */
  void keep(long offset, int length) {
    boolean complete = shownOffset + shown.limit() == passed; // no byte of it is gone
    if (phase == Phase.STREAMING && complete && offset >= shownOffset) {
      kept.hold(offset, length);
      kept.observe(shownOffset, shown.array(), shown.arrayOffset(), shown.limit());
    }
  }

  private void drop(long offset) throws ImageRefusedException {
    if (phase == Phase.DEPTH_FIRST) {
      throw tooMuch(offset);
    }
    dropped = true;
    queue.clear();
    carry.free();
    later.clear();
    recent.clear();
  }

  /** The next bytes of the image. */
  void observe(byte[] bytes, int offset, int length) throws ImageRefusedException {
    long end = position + length;
    if (phase == Phase.UNSEEN) {
      position = end;
      return;
    }
    passed = Math.max(passed, position);
    while (!queue.isEmpty() && queue.end() <= end) {
      visitFirst(bytes, offset, length);
    }
    if (queue.isEmpty() || queue.offset() >= end) {
      carry.clear();
    } else {
      extendCarry(bytes, offset, end);
    }
    kept.observe(position, bytes, offset, length);
    position = end;
  }

  /**
   * The next bytes pass unseen: all that is wanted, now and later, is put off.
   *
   * @param count how many
   */
  void skip(long count) throws ImageRefusedException {
    phase = Phase.UNSEEN;
    while (!queue.isEmpty() && !dropped) {
      long offset = queue.offset();
      int length = queue.length();
      Visitor visitor = queue.visitor();
      queue.removeFirst();
      if (!later.push(offset, length, visitor)) {
        drop(offset);
      }
    }
    carry.free();
    kept.free();
    position += count;
  }

  private void visitFirst(byte[] bytes, int offset, int length) throws ImageRefusedException {
    long start = queue.offset();
    int wanted = queue.length();
    if (start >= position) {
      show(ByteBuffer.wrap(bytes, offset + (int) (start - position), wanted).slice());
    } else if (kept.covers(start, wanted)) {
      kept.observe(position, bytes, offset, length);
      show(kept.view(start, wanted));
    } else {
      extendCarry(bytes, offset, queue.end());
      show(carry.view(start, wanted));
    }
  }

  /** Has the carry reach from the first region's start, or before, up to {@code end}. */
  private void extendCarry(byte[] bytes, int offset, long end) {
    long from = Math.max(carry.isEmpty() ? queue.offset() : carry.end(), position);
    if (from < end) {
      int skipped = (int) (from - position);
      carry.append(from, bytes, offset + skipped, (int) (end - from), queue.offset());
    }
  }

  private void show(ByteBuffer bytes) throws ImageRefusedException {
    long offset = queue.offset();
    int length = queue.length();
    Visitor visitor = queue.visitor();
    do {
      queue.removeFirst();
    } while (!queue.isEmpty()
        && queue.offset() == offset
        && queue.length() == length
        && queue.visitor().equals(visitor));
    passed = Math.max(passed, offset + length);
    visit(visitor, offset, bytes, length, Math.max(passed, position));
  }

  private void visit(Visitor visitor, long offset, ByteBuffer bytes, int wanted, long seen)
      throws ImageRefusedException {
    shownOffset = offset;
    shown = bytes;
    used += visitor.visit(offset, bytes, wanted);
    if ((used - WORK_ALLOWANCE) / WORK_FACTOR > seen) {
      throw tooMuch(offset);
    }
  }

  private static ImageRefusedException tooMuch(long offset) {
    return new ImageRefusedException(
        Rule.R2, "tables", offset, "the tables name the same bytes over and over again");
  }

  /** Nothing more will pass: what is still queued is visited with the bytes there are. */
  void end() throws ImageRefusedException {
    phase = Phase.ENDING;
    while (!queue.isEmpty()) {
      show(carry.view(queue.offset(), queue.length()));
    }
    queue.clear();
    carry.free();
    kept.free();
  }

  /** Whether nothing was put off so far: every region that was wanted was visited, or is queued. */
  boolean isComplete() {
    return !dropped && later.isEmpty();
  }

  /**
   * Visits by range all that was put off. Reads nothing if nothing was.
   *
   * @throws IOException if {@code again} fails
   */
  void readAgain(RangeReader again) throws IOException {
    RangeWindow window = new RangeWindow(again, position, READ_AHEAD);
    phase = Phase.ROUNDS;
    while (!later.isEmpty()) {
      round(window);
    }
    if (dropped) {
      dropped = false;
      depthFirst(window);
    }
  }

  /** Front to back; what lies behind by then is for the next round. */
  private void round(RangeWindow window) throws IOException {
    for (; !later.isEmpty(); later.removeLast()) {
      boolean ignored = queue.add(later.offset(), later.length(), later.visitor()); // it is larger
    }
    while (!queue.isEmpty()) {
      show(window.read(queue.offset(), queue.length()));
    }
  }

  private void depthFirst(RangeWindow window) throws IOException {
    phase = Phase.DEPTH_FIRST;
    used = 0;
    root.begin();
    later.reverseFrom(0);
    while (!later.isEmpty()) {
      long offset = later.offset();
      int length = later.length();
      Visitor visitor = later.visitor();
      later.removeLast();
      int waiting = later.size();
      visit(visitor, offset, window.read(offset, length), length, position);
      later.reverseFrom(Math.min(waiting, later.size()));
    }
  }
}
