package io.dvcr.registry;

import java.io.IOException;
import java.time.Duration;

/**
 * How long to go on trying without any progress. The waits are 1, 3, 9, 27, then 60 seconds; each
 * newly acknowledged byte starts them anew (see {@link Retries}).
 *
 * @param maxWaits how many waits there are at most
 * @param maxTime how long tries and waits may last together
 * @param patient whether also what was never reached is tried again: where nobody waits who could
 *     mend a mistyped name
 * @param timer the time they are measured with
 * @param watcher is told of each wait
 */
public record RetryPolicy(
    int maxWaits, Duration maxTime, boolean patient, Timer timer, Watcher watcher) {
  private static final int POD_WAITS = 20;

  /** Time that passes: the system's, or a test's. */
  public interface Timer {
    /** The system's time. */
    Timer SYSTEM =
        new Timer() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time);
          }
        };

    /** As {@link System#nanoTime()}. */
    long nanoTime();

    /** As {@link Thread#sleep(Duration)}. */
    void sleep(Duration time) throws InterruptedException;
  }

  /** Sees what is tried again. */
  @FunctionalInterface
  public interface Watcher {
    /** Looks away. */
    Watcher NONE = (wait, failure) -> {};

    /**
     * Something failed and is tried again. May be called on any thread.
     *
     * @param wait how long it is waited before
     */
    void triesAgain(Duration wait, IOException failure);
  }

  /** One whose waits nobody sees. */
  public RetryPolicy(int maxWaits, Duration maxTime, boolean patient, Timer timer) {
    this(maxWaits, maxTime, patient, timer, Watcher.NONE);
  }

  /** One that gives up at once what was never reached. */
  public RetryPolicy(int maxWaits, Duration maxTime, Timer timer) {
    this(maxWaits, maxTime, false, timer);
  }

  /** The policy of pods: twenty waits without progress, about a thousand seconds. */
  public static RetryPolicy ofPods() {
    return new RetryPolicy(POD_WAITS, Duration.ofDays(1), true, Timer.SYSTEM);
  }

  /** The policy of the command line: tries for {@code time} without progress. */
  public static RetryPolicy within(Duration time) {
    return new RetryPolicy(Integer.MAX_VALUE, time, Timer.SYSTEM);
  }

  /** The same, with its waits seen. */
  public RetryPolicy watchedBy(Watcher seer) {
    return new RetryPolicy(maxWaits, maxTime, patient, timer, seer);
  }

  /** A fresh count of tries for one leg. */
  public Retries start() {
    return new Retries(this);
  }
}
