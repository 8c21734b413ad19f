package io.dvcr.importer.pod;

import io.dvcr.formats.DecoderLimits;
import io.dvcr.formats.Inspector;
import io.dvcr.importer.ImportRequest;

/**
 * What parts of an import may take of the memory that there is. The heap is half of the pod's limit
 * (the launcher says so); the other half is for what the process takes beside it, zstd's windows
 * among it.
 *
 * @param held bytes of an upload that are held to be sent again, and of a source of unknown length
 * @param decoder what unpacking may take
 */
record MemoryShares(int held, DecoderLimits decoder) {
  private static final int HEAPS_IN_LIMIT = 2;

  /** One tenth of the heap for held bytes; as they grow there are two copies of them. */
  private static final int HELD_SHARE = 10;

  private static final int SMALLEST_HELD = 1 << 20;

  /** The inspection, and the program itself. */
  private static final long OTHERS = Inspector.MEMORY + (8L << 20);

  /** What the process takes beside heap and windows: measured, see docs/performance.md. */
  private static final long BESIDE_HEAP = 56L << 20;

  /** What xz -6, its default, needs; less is not worth offering. */
  private static final long LEAST_XZ = 16L << 20;

  /** The shares of a heap of so many bytes. */
  static MemoryShares of(long heap) {
    long held = Math.clamp(heap / HELD_SHARE, SMALLEST_HELD, ImportRequest.MAX_HELD);
    long xz = Math.max(LEAST_XZ, heap - 2 * held - OTHERS);
    long window =
        Math.clamp(
            Long.highestOneBit(Math.max(1, heap - BESIDE_HEAP)),
            DecoderLimits.DEFAULT.zstdWindow(),
            Long.MAX_VALUE);
    return new MemoryShares((int) held, new DecoderLimits(xz, window));
  }

  /** A pod's limit, bytes, with which a decoder may take {@code needed}, in whole MiB. */
  static long limitFor(long needed) {
    long forXz = (needed + OTHERS) * HELD_SHARE / (HELD_SHARE - 2);
    long forWindow = needed + BESIDE_HEAP;
    long heap = Math.max(forXz, forWindow);
    return Math.ceilDiv(HEAPS_IN_LIMIT * heap, 1 << 20) << 20;
  }
}
