package io.dvcr.registry;

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
 */
public record RetryPolicy(int maxWaits, Duration maxTime, boolean patient, Timer timer) {
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

  /** A fresh count of tries for one leg. */
  public Retries start() {
    return new Retries(this);
  }
}
