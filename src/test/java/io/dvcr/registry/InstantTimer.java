package io.dvcr.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Time that passes only when somebody sleeps, and then at once. */
@NullMarked
public final class InstantTimer implements RetryPolicy.Timer {
  private final List<Duration> sleeps = new ArrayList<>();
  private long now;

  /** What was slept, in order. */
  public synchronized List<Duration> sleeps() {
    return List.copyOf(sleeps);
  }

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized void sleep(Duration time) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("before sleeping");
    }
    sleeps.add(time);
    now += time.toNanos();
  }
}
