package io.dvcr.importer;

import io.dvcr.contract.ImportProgress;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far an import is: written by the thread that imports, sampled by any other. The percentage
 * never goes back and stays below 100 until the import is done; the bytes are those of the reading
 * that is under way.
 */
public final class ProgressMeter {
  /** What is not done as long as there is no tag. */
  private static final double ALMOST = 99.9;

  /** A reading that only measures, or keeps for later, is half of the work. */
  private static final double MEASURING_SHARE = 0.5;

  private final LongSupplier nanoTime;
  private final long started;
  private final AtomicLong received = new AtomicLong();
  private volatile long total = -1;
  private volatile String phase = "reading";
  private volatile boolean copying;
  private volatile boolean done;
  private volatile @Nullable Layer layer;
  private volatile @Nullable Scratch scratch;
  private double highest;
  private long lastReceived;
  private long lastStored;
  private long lastSample;
  private long currentSpeed;

  /**
   * @param nanoTime as {@link System#nanoTime()}
   */
  public ProgressMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
    this.lastSample = started;
  }

  public ProgressMeter() {
    this(System::nanoTime);
  }

  /** A reading of the source begins. */
  void reading(OptionalLong size) {
    received.set(0);
    total = size.orElse(-1);
  }

  /** An artifact is copied: what is received is stored at once. */
  void copying(long bytes) {
    reading(OptionalLong.of(bytes));
    copying = true;
    phase = "storing";
  }

  /** Bytes that need not be copied, for the target has them. */
  void skipped(long bytes) {
    received.addAndGet(bytes);
  }

  /** Counts received bytes. */
  ByteObserver receiving() {
    return (bytes, offset, length) -> received.addAndGet(length);
  }

  void keeping(Scratch kept) {
    phase = "unpacking";
    scratch = kept;
  }

  void storing(Layer stored, boolean unpacking) {
    phase = unpacking ? "unpacking" : "storing";
    layer = stored;
  }

  void finished() {
    phase = "storing";
    done = true;
  }

  /** Bytes of the source that came in the current reading. */
  long received() {
    return received.get();
  }

  /** Seconds since the import began. */
  double seconds() {
    return (nanoTime.getAsLong() - started) / 1e9;
  }

  /** The state now. Speeds are those since the last sample. */
  public synchronized ImportProgress sample() {
    long now = nanoTime.getAsLong();
    Layer toLayer = layer;
    Scratch toScratch = scratch;
    long stored = toLayer != null ? toLayer.sent() : toScratch != null ? toScratch.sent() : 0;
    highest = Math.max(highest, done ? 100 : Math.min(ALMOST, 100 * fraction(toLayer, toScratch)));
    long readSoFar = received.get();
    long moved = Math.max(readSoFar - lastReceived, stored - lastStored);
    double elapsed = (now - lastSample) / 1e9;
    if (elapsed > 0) {
      currentSpeed = Math.max(0, (long) (moved / elapsed));
    }
    lastReceived = readSoFar;
    lastStored = stored;
    lastSample = now;
    double seconds = seconds();
    long averageSpeed = seconds > 0 ? (long) (readSoFar / seconds) : 0;
    boolean known = highest > 0 && highest < 100;
    Long remaining = known ? (Long) Math.round(seconds * (100 - highest) / highest) : null;
    return new ImportProgress(
        Math.round(highest * 10) / 10.0,
        phase,
        readSoFar,
        stored,
        total < 0 ? null : (Long) total,
        currentSpeed,
        averageSpeed,
        done ? (Long) 0L : remaining);
  }

  private double fraction(@Nullable Layer toLayer, @Nullable Scratch toScratch) {
    double readShare = total > 0 ? (double) received.get() / total : 0;
    if (copying) {
      return readShare;
    }
    if (toLayer == null) {
      return toScratch == null ? 0 : MEASURING_SHARE * readShare;
    }
    if (toScratch == null) {
      return toLayer.fraction();
    }
    return MEASURING_SHARE + (1 - MEASURING_SHARE) * toLayer.fraction();
  }
}
