package io.dvcr.importer.pod;

import io.dvcr.formats.DecoderLimits;
import io.dvcr.formats.Inspector;
import io.dvcr.importer.ImportRequest;

/**
 * What parts of an import may take of the memory that there is. The heap is three quarters of what
 * the pod's limit leaves beside the process itself (the image's launcher says so); the last quarter
 * is for zstd's windows.
 *
 * @param held bytes of an upload that are held to be sent again, and of a source of unknown length
 * @param decoder what unpacking may take
 */
public record MemoryShares(int held, DecoderLimits decoder) {
  /** One tenth of the heap for held bytes; as they grow there are two copies of them. */
  private static final int HELD_SHARE = 10;

  private static final int SMALLEST_HELD = 1 << 20;

  /** The inspection, and the program itself. */
  private static final long OTHERS = Inspector.MEMORY + (8L << 20);

  /** What the process takes beside heap and windows: measured, see docs/performance.md. */
  private static final long BESIDE_HEAP = 66L << 20;

  /** Heaps of the size of the largest window: it has the fourth quarter. */
  private static final int HEAP_FOR_WINDOW = 3;

  /** What xz -6, its default, needs; less is not worth offering. */
  private static final long LEAST_XZ = 16L << 20;

  /** The shares of a heap of so many bytes. */
  public static MemoryShares of(long heap) {
    long held = Math.clamp(heap / HELD_SHARE, SMALLEST_HELD, ImportRequest.MAX_HELD);
    long xz = Math.max(LEAST_XZ, heap - 2 * held - OTHERS);
    long window =
        Math.clamp(
            Long.highestOneBit(Math.max(1, heap / HEAP_FOR_WINDOW)),
            DecoderLimits.DEFAULT.zstdWindow(),
            Long.MAX_VALUE);
    return new MemoryShares((int) held, new DecoderLimits(xz, window));
  }

  /** A pod's limit, bytes in whole MiB, with which xz may take {@code needed}. */
  static long limitForXz(long needed) {
    return limitOf((needed + OTHERS) * HELD_SHARE / (HELD_SHARE - 2));
  }

  /** The same for a window of zstd. */
  static long limitForWindow(long needed) {
    return limitOf(needed * HEAP_FOR_WINDOW);
  }

  private static long limitOf(long heap) {
    long limit = heap + Math.ceilDiv(heap, HEAP_FOR_WINDOW) + BESIDE_HEAP;
    return Math.ceilDiv(limit, 1 << 20) << 20;
  }
}
