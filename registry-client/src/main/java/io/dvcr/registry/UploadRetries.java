package io.dvcr.registry;

import io.dvcr.registry.http.EarlyResponseException;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * What is done about the failures of an upload: shorter chunks, a new session, the same again after
 * a wait, or nothing more. For one thread at a time.
 */
final class UploadRetries {
  private static final int STATUS_TOO_LARGE = 413;
  private static final int STATUS_WRONG_OFFSET = 416;

  /** Answered challenges without an acknowledged byte between them; more are a loop. */
  private static final int MOST_CHALLENGES = 3;

  private final RegistryCalls calls;
  private final String action;
  private final ChunkWriter chunks;
  private final Retries retries;
  private long acknowledged;
  private int challenges;

  UploadRetries(RegistryCalls calls, String action, ChunkWriter chunks) {
    this.calls = calls;
    this.action = action;
    this.chunks = chunks;
    this.retries = calls.retries();
  }

  /** A part of the upload; starts with catching up if something failed before. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /** Does a step until it succeeds. */
  void surviving(Step step) throws IOException {
    while (true) {
      try {
        step.run();
        return;
      } catch (ReplayedBytes.FailedException e) {
        throw e.failure();
      } catch (InterruptedIOException e) {
        // The open chunk is left for close(), which ends it: a cut one can't be cancelled safely.
        throw e;
      } catch (IOException e) {
        chunks.cut();
        awaitNextTry(failureOf(e));
      }
    }
  }

  private IOException failureOf(IOException failed) {
    if (!(failed instanceof EarlyResponseException early)) {
      return calls.failure(action, failed);
    }
    try {
      return calls.refused(action, early.response());
    } catch (IOException e) {
      // The refusal was a challenge, and answering it failed.
      return calls.failure(action, e);
    }
  }

  private void awaitNextTry(IOException failure) throws IOException {
    if (!(failure instanceof RegistryException refusal)) {
      throw failure;
    }
    if (chunks.acknowledged() > acknowledged) {
      acknowledged = chunks.acknowledged();
      challenges = 0;
      retries.progressed();
    }
    if (refusal.isChallenge() && challenges++ < MOST_CHALLENGES) {
      return;
    }
    if (refusal.status() == STATUS_TOO_LARGE && chunks.shorten()) {
      return;
    }
    if (refusal.status() == STATUS_WRONG_OFFSET && acknowledged <= 1) {
      // "0-0" can't tell one byte from none; a new session can.
      chunks.drop();
    }
    // What isn't found is the session: a new one is begun.
    boolean again = refusal.retryable() || refusal.kind() == RegistryException.Kind.NOT_FOUND;
    if (!again || !retries.waitForNext(refusal, refusal.retryAfter())) {
      throw refusal.afterTries(retries.count());
    }
  }
}
