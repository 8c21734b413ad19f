package io.dvcr.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops the work when the process is interrupted or terminated, and lets it clean up before the
 * process ends. Java ends it with 130 or 143 by itself.
 */
final class Cancellation {
  /** Cancelling an upload takes a round trip; a registry that does not answer must not hold us. */
  private static final long LONGEST_SECONDS = 5;

  private final CountDownLatch cleanedUp = new CountDownLatch(1);

  private Cancellation() {}

  static Cancellation install(Thread worker) {
    Cancellation cancellation = new Cancellation();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancellation.stop(worker), "cancellation"));
    return cancellation;
  }

  /** The work ended and cleaned up. */
  void finished() {
    cleanedUp.countDown();
  }

  private void stop(Thread worker) {
    if (cleanedUp.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      if (!cleanedUp.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("dvcr: stopped before the upload could be cancelled");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
