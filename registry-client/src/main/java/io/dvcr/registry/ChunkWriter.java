package io.dvcr.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a blob's bytes into an upload session, chunk by chunk, and knows how far that has come.
 * They go out as they come: a chunk is the body of an open {@code PATCH}. After a failure the
 * registry has to be asked for its offset, or a new session begun. For one thread at a time.
 */
final class ChunkWriter {
  /** The shortest that chunks are made for a registry that finds them too large. */
  private static final int SHORTEST = 1 << 20;

  /** How long an abandoned request may take to end. */
  private static final Duration CANCEL_LIMIT = Duration.ofMillis(1500);

  private final BlobRequests blobs;
  private @Nullable UploadSession session;
  private @Nullable OpenPatch patch;
  private long chunkLength;

  private long position;
  private long acknowledged;
  private long sent;

  /** Whether {@link #position} is no guess. */
  private boolean certain;

  /** Chunks that begin before it have their length told. */
  private long checkedUpTo;

  /**
   * @param session of an earlier process, to be asked for its offset; null to begin one
   */
  ChunkWriter(BlobRequests blobs, @Nullable UploadSession session, long chunkLength) {
    this.blobs = blobs;
    this.session = session;
    this.chunkLength = chunkLength;
  }

  /** Offset in the blob behind the bytes that the registry has or that are in the open chunk. */
  long position() {
    return position;
  }

  /** Whether bytes can be written; else {@link #locate} comes first. */
  boolean isCertain() {
    return certain;
  }

  /** How many bytes the registry said that it had, at most. */
  long acknowledged() {
    return acknowledged;
  }

  /** How far {@link #position} has ever come. */
  long sent() {
    return sent;
  }

  long chunkLength() {
    return chunkLength;
  }

  /** Shorter chunks from now on; false if they are short enough. */
  boolean shorten() {
    boolean tooLong = chunkLength > SHORTEST;
    chunkLength = tooLong ? Math.max(SHORTEST, chunkLength / 2) : chunkLength;
    return tooLong;
  }

  Optional<UploadSession> session() {
    return Optional.ofNullable(session);
  }

  /** Begins a session at the blob's first byte. */
  void begin() throws IOException {
    UploadSession begun = Uninterrupted.call(blobs::beginUpload);
    session = begun;
    position = 0;
    checkedUpTo = 0;
    chunkLength = Math.max(chunkLength, begun.minChunk());
    certain = true;
  }

  /**
   * Asks the registry how much it has, which is the position then.
   *
   * @param end behind the last byte that there is; if the registry has more, nothing can be written
   * @return false if there is no session, or none any more
   */
  boolean locate(long end) throws IOException {
    UploadSession open = session;
    if (open == null) {
      return false;
    }
    try {
      position = open.offset();
    } catch (RegistryException e) {
      if (e.kind() != RegistryException.Kind.NOT_FOUND) {
        throw e;
      }
      open.ended();
      session = null;
      return false;
    }
    checkedUpTo = end;
    certain = position <= end;
    acknowledged = Math.max(acknowledged, position);
    sent = Math.max(sent, position);
    return true;
  }

  /** Writes bytes; whenever they fill a chunk, the registry acknowledges it first. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      done += fill(bytes, offset + done, length - done);
      if (isFull()) {
        end();
      }
    }
  }

  /**
   * Writes into the open chunk, which is not full, or a new one, as much as it takes.
   *
   * @return how much that was
   */
  int fill(byte[] bytes, int offset, int length) throws IOException {
    OpenPatch open = patch;
    if (open == null) {
      open = open();
      patch = open;
    }
    int count = open.write(bytes, offset, length);
    position += count;
    sent = Math.max(sent, position);
    return count;
  }

  /**
   * Bytes that are sent again go in chunks whose length is told, so that the registry checks where
   * they start: it may still be reading what was sent before. In a new session there is no offset
   * to be mistaken about, and one long request is what every registry takes (go-containerregistry's
   * takes no second one without its length).
   */
  private OpenPatch open() throws IOException {
    long known = checkedUpTo - position;
    long length = known > 0 ? Math.min(chunkLength, known) : chunkLength;
    return new OpenPatch(
        openSession().patch(position, known > 0 ? length : -1), position, position + length);
  }

  /** Whether the open chunk takes no more bytes and has to be {@linkplain #end ended}. */
  boolean isFull() {
    return patch != null && patch.isFull();
  }

  /** Whether {@link #end} would not wait. */
  boolean isAnswered() {
    return patch == null || patch.answered();
  }

  /** Ends the open chunk, if there is one, and has the registry acknowledge it. */
  void end() throws IOException {
    if (patch != null) {
      openSession().patched(patch.finish(), position);
      patch = null;
      acknowledged = Math.max(acknowledged, position);
    }
  }

  /** Something failed: cuts the open chunk. */
  void cut() {
    certain = false;
    if (patch != null) {
      patch.close();
      patch = null;
    }
  }

  /** Has the registry keep what it was sent, in a bounded time, also on an interrupted thread. */
  void leave() {
    Uninterrupted.run(() -> {
      try {
        if (patch != null) {
          openSession().patched(patch.finish(CANCEL_LIMIT), position);
        }
      } catch (IOException e) {
        cut();
      }
    });
  }

  /** Cancels the session, if there is one, with nothing in the open chunk. */
  void drop() {
    if (session != null) {
      session.abandon();
      session = null;
    }
  }

  /** Makes a blob of all that was written. */
  void commit(Digest digest) throws IOException {
    UploadSession open = openSession();
    open.commit(digest, position);
    open.ended();
    session = null;
  }

  private UploadSession openSession() {
    return Objects.requireNonNull(session);
  }
}
