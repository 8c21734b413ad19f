package io.dvcr.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** An upload in progress. For one request at a time, as in the OCI distribution spec. */
final class UploadSession {
  private static final int PIECE_BYTES = 32 << 10;

  private final String id;
  private final String repository;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private long shift;
  private long lastChunk = Long.MAX_VALUE;

  UploadSession(String id, String repository) {
    this.id = id;
    this.repository = repository;
  }

  String id() {
    return id;
  }

  String repository() {
    return repository;
  }

  synchronized byte[] content() {
    return received.toByteArray();
  }

  synchronized long size() {
    return received.size();
  }

  /** What the answers say that was received: the truth, unless {@link #lieBy} was called. */
  synchronized long acknowledged() {
    return Math.max(0, received.size() + shift);
  }

  /** How long the chunk before was; a first one is never too short. */
  synchronized long lastChunk() {
    return lastChunk;
  }

  synchronized void lieBy(long bytes) {
    shift = bytes;
  }

  /** Forgets the last bytes, as a storage does that had not synced them. */
  synchronized void forget(long bytes) {
    byte[] all = received.toByteArray();
    received.reset();
    received.write(all, 0, (int) Math.max(0, all.length - bytes));
  }

  /**
   * Appends a body as it arrives: what was there before a cut stays.
   *
   * @param limit no more than so many bytes
   * @return whether it was within the limit
   */
  boolean append(InputStream body, long limit) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    long total = 0;
    for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
      total += n;
      if (total > limit) {
        return false;
      }
      synchronized (this) {
        received.write(piece, 0, n);
      }
    }
    synchronized (this) {
      lastChunk = total;
    }
    return true;
  }
}
