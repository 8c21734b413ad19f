package io.dvcr.uploader;

import io.dvcr.contract.Reason;
import io.dvcr.importer.SourceException;
import io.dvcr.registry.http.BlockInputStream;
import io.dvcr.registry.http.ConnectionCutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one upload as one stream, in however many requests they come. Between two of them
 * its reader waits. One thread reads; event loops append.
 */
final class UploadStream extends BlockInputStream {
  /** A request's part, and who waits until it was taken. */
  private record Part(UploadExchange body, boolean last, CompletableFuture<Long> taken) {}

  private final boolean resumable;
  private final Duration keep;
  private @Nullable Part part;
  private long offset;
  private boolean complete;

  /**
   * @param resumable whether another request may go on where one was cut
   * @param keep how long to wait for it
   */
  UploadStream(boolean resumable, Duration keep) {
    this.resumable = resumable;
    this.keep = keep;
  }

  /**
   * Appends a request's body; none may be under way.
   *
   * @param last whether the upload is complete then
   * @return the offset behind it, once all of it was taken; fails if the request was cut
   */
  synchronized CompletableFuture<Long> append(UploadExchange body, boolean last) {
    if (part != null || complete) {
      throw new IllegalStateException("another request is under way");
    }
    Part next = new Part(body, last, new CompletableFuture<>());
    part = next;
    notifyAll();
    return next.taken();
  }

  /** Cuts the request that is under way; gives the offset from which another may go on. */
  CompletableFuture<Long> settle() {
    Part open;
    synchronized (this) {
      open = part;
      if (open == null) {
        return CompletableFuture.completedFuture(offset);
      }
    }
    open.body().cut();
    return open.taken().handle((taken, cut) -> offset());
  }

  /** Bytes that were taken. */
  synchronized long offset() {
    return offset;
  }

  /** Whether the last byte was taken. */
  synchronized boolean complete() {
    return complete;
  }

  @Override
  protected int readBlock(byte[] bytes, int from, int length) throws IOException {
    for (Part open = awaitPart(); open != null; open = awaitPart()) {
      try {
        int count = open.body().read(bytes, from, length);
        if (count > 0) {
          taken(count);
          return count;
        }
        ended(open);
      } catch (ConnectionCutException e) {
        cut(open, e);
      }
    }
    return -1;
  }

  private synchronized void taken(int count) {
    offset += count;
  }

  /** The part to read from; null behind the last one. */
  private synchronized @Nullable Part awaitPart() throws IOException {
    long deadline = System.nanoTime() + keep.toNanos();
    while (part == null && !complete) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SourceException(
            Reason.SOURCE_UNAVAILABLE,
            "the upload was not continued within %d s, %d bytes of it had come"
                .formatted(keep.toSeconds(), offset));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
    return part;
  }

  private void ended(Part open) {
    long behind;
    synchronized (this) {
      part = null;
      complete = open.last();
      behind = offset;
    }
    open.taken().complete(behind);
  }

  private void cut(Part open, ConnectionCutException failure) throws SourceException {
    long behind;
    synchronized (this) {
      part = null;
      behind = offset;
    }
    open.taken().completeExceptionally(failure);
    if (!resumable) {
      throw new SourceException(
          Reason.SOURCE_UNAVAILABLE,
          "the upload broke off at byte %d: %s".formatted(behind, failure.getMessage()));
    }
  }
}
