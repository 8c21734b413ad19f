package io.dvcr.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does what must not be given up half-way, such as opening a session that has to be known to be
 * cancelled. An interrupt is seen by whatever the thread does next.
 */
final class Uninterrupted {
  /** Of the five seconds in which a process has to end. */
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);

  private Uninterrupted() {}

  /**
   * Cleans up. After an interrupt, which is put back, it is given up when it takes longer than a
   * moment.
   */
  static void run(Runnable work) {
    if (!Thread.interrupted()) {
      work.run();
      return;
    }
    FutureTask<?> task = new FutureTask<>(work, null);
    Thread.ofVirtual().start(task);
    try {
      task.get(AFTER_INTERRUPT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | TimeoutException e) {
      // What is left of it is purged some day.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The result of {@code work}, which ends by itself some day. Whoever is interrupted waits for it
   * a moment longer only: then it goes on alone, and an {@link InterruptedIOException} is thrown.
   */
  static <T> T call(Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      try {
        return task.get(AFTER_INTERRUPT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException | TimeoutException second) {
        throw new InterruptedIOException("interrupted while waiting for an answer");
      } catch (ExecutionException second) {
        throw failure(second);
      } finally {
        Thread.currentThread().interrupt();
      }
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static IOException failure(ExecutionException e) {
    if (e.getCause() instanceof IOException failure) {
      return failure;
    }
    throw new IllegalStateException(e.getCause());
  }
}
