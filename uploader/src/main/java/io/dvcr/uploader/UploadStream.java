package io.dvcr.uploader;

import io.dvcr.contract.Reason;
import io.dvcr.importer.SourceException;
import io.dvcr.registry.http.BlockInputStream;
import io.dvcr.registry.http.ConnectionCutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one upload as one stream, in however many requests they come. Between two of them
 * its reader waits. One thread reads; event loops append.
 */
final class UploadStream extends BlockInputStream {
  /** A request's part, and who waits until it was taken. */
  private record Part(UploadExchange body, LongPredicate last, CompletableFuture<Long> taken) {}

  private final boolean resumable;
  private final OptionalLong length;
  private final Duration keep;
  private @Nullable Part part;
  private long offset;
  private boolean complete;

  /**
   * @param resumable whether another request may go on where one was cut
   * @param length of the file, if it is known; neither more nor fewer bytes are given
   * @param keep how long to wait for another request
   */
  UploadStream(boolean resumable, OptionalLong length, Duration keep) {
    this.resumable = resumable;
    this.length = length;
    this.keep = keep;
  }

  /**
   * Appends a request's body.
   *
   * @param from where it belongs
   * @param last says of the offset behind it whether the upload is complete then
   * @return the offset behind it, once all of it was taken; fails if the request was cut. Empty if
   *     it does not belong here: another offset, another request is under way, or nothing is
   *     missing
   */
  synchronized Optional<CompletableFuture<Long>> append(
      UploadExchange body, long from, LongPredicate last) {
    if (part != null || complete || from != offset) {
      return Optional.empty();
    }
    Part next = new Part(body, last, new CompletableFuture<>());
    part = next;
    notifyAll();
    return Optional.of(next.taken());
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
    // The reader may fail instead: then there is nothing to go on with, as its outcome tells.
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

  private synchronized void taken(int count) throws SourceException {
    offset += count;
    if (offset > length.orElse(Long.MAX_VALUE)) {
      throw new SourceException(
          Reason.SOURCE_CHANGED,
          "more came of the upload than the %d bytes that were announced"
              .formatted(length.getAsLong()));
    }
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

  private void ended(Part open) throws SourceException {
    long behind;
    synchronized (this) {
      part = null;
      behind = offset;
      complete = open.last().test(behind);
      if (complete && length.isPresent() && behind != length.getAsLong()) {
        throw new SourceException(
            Reason.SOURCE_CHANGED,
            "the upload was declared complete after %d of the %d bytes that were announced"
                .formatted(behind, length.getAsLong()));
      }
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
