package io.dvcr.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The tries of one leg since its last progress. For one thread at a time. */
public final class Retries {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final int GROWTH = 3;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final RetryPolicy policy;
  private int waits;
  private @Nullable Long firstFailure;
  private Duration next = FIRST_WAIT;

  Retries(RetryPolicy policy) {
    this.policy = policy;
  }

  /** Something moved: the budget starts anew. */
  public void progressed() {
    waits = 0;
    firstFailure = null;
    next = FIRST_WAIT;
  }

  /** Waits without progress so far. */
  public int count() {
    return waits;
  }

  /** How often it was tried again, for a message; empty if never. */
  public static String told(int count) {
    return count == 0 ? "" : ", tried " + count + (count == 1 ? " time more" : " times more");
  }

  /**
   * Waits before the next try after {@code failure}, at least as long as {@code atLeast} asks (a
   * {@code Retry-After}), but never beyond the budget.
   *
   * @return false, at once, if the budget is used up
   * @throws InterruptedIOException if the thread is interrupted
   */
  public boolean waitForNext(IOException failure, Duration atLeast) throws InterruptedIOException {
    long now = policy.timer().nanoTime();
    if (firstFailure == null) {
      firstFailure = now;
    }
    Duration spent = Duration.ofNanos(now - firstFailure);
    Duration left = policy.maxTime().minus(spent);
    if (waits >= policy.maxWaits() || !left.isPositive()) {
      return false;
    }
    Duration wait = shorter(longer(next, atLeast), left);
    policy.watcher().triesAgain(wait, failure);
    try {
      policy.timer().sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the next try");
    }
    waits++;
    next = shorter(next.multipliedBy(GROWTH), LONGEST_WAIT);
    return true;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
