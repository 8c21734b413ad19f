package io.dvcr.registry;

import io.dvcr.registry.http.EarlyResponseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way into a registry. Bytes go out as they come, in the body of a {@code PATCH} that
 * ends when the registry has to acknowledge: after {@link #LONG_PATCH} bytes where they can be made
 * again, else after half of the memory for unacknowledged ones, whose other half takes bytes while
 * the answer is on its way. After a failure the registry is asked for its offset, and everything
 * from there on is sent again.
 */
final class RemoteBlobUpload implements BlobUpload {
  /** Long enough that waiting for the file's sync at its end costs little; it needs no memory. */
  static final long LONG_PATCH = 8L << 30;

  private static final int SMALLEST_PATCH = 1 << 20;
  private static final int REPLAY_BUFFER = 256 << 10;
  private static final int STATUS_TOO_LARGE = 413;
  private static final int STATUS_WRONG_OFFSET = 416;

  /** How long an abandoned request may take to end. */
  private static final Duration CANCEL_LIMIT = Duration.ofMillis(1500);

  /** Answered challenges without an acknowledged byte between them; more are a loop. */
  private static final int MOST_CHALLENGES = 3;

  /** What an upload needs of its repository. */
  interface Target {
    /** A new session. */
    UploadSession begin() throws IOException;

    boolean has(Digest digest, long size) throws IOException;
  }

  private final RegistryCalls calls;
  private final String action;
  private final Target target;
  private final @Nullable Replay replay;
  private final Unacknowledged held;
  private final MessageDigest digest = Digest.newSha256();
  private final Retries retries;

  private @Nullable UploadSession session;
  private @Nullable OpenPatch patch;
  private long longestPatch;

  /** Bytes that the caller gave. */
  private long written;

  /** Bytes of them that the registry has or that are in the open request. */
  private long position;

  private long acknowledged;
  private long sent;

  /** Whether {@link #position} is a guess, because something failed. */
  private boolean uncertain = true;

  /** Whether the registry may have more than was written here: sent by an earlier process. */
  private boolean resumed;

  private int challenges;
  private boolean closed;

  /**
   * @param memory how many bytes are held for sending them again if there is no {@code replay}
   */
  RemoteBlobUpload(
      RegistryCalls calls, String action, Target target, @Nullable Replay replay, int memory) {
    this.calls = calls;
    this.action = action;
    this.target = target;
    this.replay = replay;
    this.held = new Unacknowledged(replay == null ? memory : 0);
    this.longestPatch = replay == null ? Math.max(1, memory / 2) : LONG_PATCH;
    this.retries = calls.retries();
  }

  /**
   * Goes on with an upload of an earlier process.
   *
   * @param saved what that process told of it
   * @param session the same
   * @param replay makes its bytes again
   */
  RemoteBlobUpload(
      RegistryCalls calls,
      String action,
      Target target,
      SavedUpload saved,
      UploadSession session,
      Replay replay) {
    this(calls, action, target, replay, 0);
    DigestState.restore(digest, saved.digest());
    this.session = session;
    this.written = saved.written();
    this.resumed = true;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    digest.update(bytes, offset, length);
    for (int done = 0; done < length; ) {
      int from = offset + done;
      int part = length - done;
      if (replay == null) {
        part = Math.min(part, held.room());
        held.append(bytes, from, part);
      }
      int count = part;
      written += count;
      surviving(() -> {
        if (resumed && position > written) {
          return; // an earlier process sent them
        }
        if (uncertain) {
          catchUp();
        } else if (replay == null) {
          sendHeld();
        } else {
          send(bytes, from, count);
        }
      });
      done += part;
    }
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public Optional<SavedUpload> saved() {
    UploadSession open = session;
    return open == null || replay == null
        ? Optional.empty()
        : DigestState.of(digest)
            .map(state -> new SavedUpload(open.first(), open.location(), written, state));
  }

  @Override
  public Optional<SavedUpload> suspend() {
    Optional<SavedUpload> left = saved();
    if (closed || left.isEmpty()) {
      close();
      return Optional.empty();
    }
    closed = true;
    finishPatch();
    return saved();
  }

  @Override
  public Descriptor commit(String mediaType) throws IOException {
    Digest sum = Digest.ofSha256(digest.digest());
    surviving(this::acknowledgeAll);
    surviving(() -> {
      if (uncertain) {
        // The answer may have been lost, not the commit.
        if (target.has(sum, written)) {
          dropSession();
          return;
        }
        acknowledgeAll();
      }
      session().commit(sum, written);
    });
    if (session != null) {
      session.ended();
    }
    closed = true;
    return new Descriptor(mediaType, sum, written);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // distribution 2.8 can't cancel a session whose request was cut.
    finishPatch();
    Uninterrupted.run(this::dropSession);
  }

  /** Has the registry keep what it was sent, in a bounded time. */
  private void finishPatch() {
    Uninterrupted.run(() -> {
      try {
        if (patch != null) {
          session().patched(patch.finish(CANCEL_LIMIT), position);
        }
      } catch (IOException e) {
        cutPatch();
      }
    });
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Sends what memory has; while an answer is awaited, memory takes more instead. */
  private void sendHeld() throws IOException {
    while (position < written) {
      if (patch != null && patch.isFull()) {
        if (!patch.answered() && held.room() > 0) {
          return;
        }
        endPatch();
      }
      int count = fill(held.array(), held.indexOf(position), Math.toIntExact(written - position));
      assert count > 0;
    }
    if (held.room() == 0) {
      endPatch();
    }
  }

  /** Does a step, which starts with catching up if something failed before it. */
  private void surviving(Step step) throws IOException {
    while (true) {
      try {
        step.run();
        return;
      } catch (ReplayStream.FailedException e) {
        throw e.failure();
      } catch (InterruptedIOException e) {
        // The open request is left for close(), which ends it: a cut one can't be cancelled safely.
        throw e;
      } catch (IOException e) {
        uncertain = true;
        cutPatch();
        awaitNextTry(e);
      }
    }
  }

  private IOException failureOf(IOException failed) {
    if (!(failed instanceof EarlyResponseException early)) {
      return calls.failure(action, failed);
    }
    try {
      return session().refused(early.response());
    } catch (IOException e) {
      // The refusal was a challenge, and answering it failed.
      return calls.failure(action, e);
    }
  }

  private void awaitNextTry(IOException failed) throws IOException {
    IOException failure = failureOf(failed);
    if (!(failure instanceof RegistryException refusal)) {
      throw failure;
    }
    if (refusal.isChallenge() && challenges++ < MOST_CHALLENGES) {
      return;
    }
    if (refusal.status() == STATUS_TOO_LARGE && longestPatch > SMALLEST_PATCH) {
      longestPatch = Math.max(SMALLEST_PATCH, longestPatch / 2);
      return;
    }
    boolean offsetLost = refusal.status() == STATUS_WRONG_OFFSET;
    if (offsetLost && acknowledged <= 1) {
      // "0-0" can't tell one byte from none; a new session can.
      dropSession();
    }
    boolean again =
        refusal.retryable()
            || offsetLost
            || (refusal.kind() == RegistryException.Kind.NOT_FOUND && session != null);
    if (!again || !retries.waitForNext(refusal, refusal.retryAfter())) {
      throw refusal.afterTries(retries.count());
    }
  }

  /** Sends everything again that was written and that the registry does not have. */
  private void catchUp() throws IOException {
    UploadSession before = session;
    position = registryOffset();
    if (session != before) {
      startWith(written);
      return;
    }
    if (position > written) {
      if (resumed) {
        sent = position;
        return;
      }
      throw tooMany();
    }
    acknowledged(position);
    if (position == written) {
      // Only an answer was lost: nothing below makes room.
      held.acknowledge(position);
    }
    if (replay == null && position < held.start()) {
      throw broken(
              "it lost bytes that it had acknowledged, and they can't be read from the source again")
          .asUploadLost();
    }
    while (position < written) {
      // With its length told, so that the registry checks where it starts: it may still be reading
      // what was sent before the cut.
      openPatch(Math.min(longestPatch, written - position));
      if (replay == null) {
        fill(held.array(), held.indexOf(position), Math.toIntExact(written - position));
      } else {
        replayInto(replay);
      }
      endPatch();
    }
    uncertain = false;
  }

  /**
   * A new session: there is no offset to be mistaken about, and one long request is what every
   * registry takes (go-containerregistry's takes no second one without its length).
   */
  private void startWith(long bytes) throws IOException {
    uncertain = false;
    if (replay == null) {
      sendHeld();
    } else if (bytes > 0) {
      replayInto(replay);
    }
  }

  private void replayInto(Replay again) throws IOException {
    byte[] buffer = new byte[REPLAY_BUFFER];
    try (ReplayStream in = ReplayStream.open(again, position, written - position)) {
      while (position < written) {
        int count = in.read(buffer, (int) Math.min(buffer.length, written - position));
        send(buffer, 0, count);
      }
    }
  }

  private long registryOffset() throws IOException {
    if (session != null) {
      try {
        long has = session.offset();
        if (has > 0 || !resumed) {
          return has;
        }
        dropSession(); // it may have one byte, see UploadSession
      } catch (RegistryException e) {
        if (e.kind() != RegistryException.Kind.NOT_FOUND) {
          throw e;
        }
        session.ended();
        session = null;
      }
    }
    if (replay == null && held.start() > 0) {
      throw broken("it lost the upload, and the source can't be read again").asUploadLost();
    }
    session = Uninterrupted.call(target::begin);
    if (replay == null && session.minChunk() > longestPatch) {
      longestPatch = held.capacity();
    }
    if (replay == null && session.minChunk() > held.capacity()) {
      throw broken(
          "it wants chunks of at least %d bytes, more than the %d that are held in memory"
              .formatted(session.minChunk(), held.capacity()));
    }
    return 0;
  }

  private RegistryException tooMany() {
    return broken("it claims to have " + position + " bytes, " + written + " were sent");
  }

  private RegistryException broken(String what) {
    return new RegistryException(RegistryException.Kind.UNAVAILABLE, action, 0, "", what)
        .because(null, true);
  }

  private void send(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      done += fill(bytes, offset + done, length - done);
      if (patch != null && patch.isFull()) {
        endPatch();
      }
    }
  }

  /**
   * Writes into the open request, or a new one, as much as it takes.
   *
   * @return how much that was
   */
  private int fill(byte[] bytes, int offset, int length) throws IOException {
    if (patch == null) {
      openPatch(-1);
    }
    int count = Objects.requireNonNull(patch).write(bytes, offset, length);
    position += count;
    sent = Math.max(sent, position);
    return count;
  }

  /**
   * Opens a request at {@link #position}.
   *
   * @param length of its body; negative if it isn't known
   */
  private void openPatch(long length) throws IOException {
    long end = position + (length < 0 ? longestPatch : length);
    patch = new OpenPatch(session().patch(position, length), position, end);
  }

  private void acknowledgeAll() throws IOException {
    if (uncertain) {
      catchUp();
    }
    if (position > written) {
      throw tooMany().asUploadLost();
    }
    while (position < written) {
      endPatch();
      sendHeld();
    }
    endPatch();
  }

  private void endPatch() throws IOException {
    OpenPatch open = patch;
    if (open == null) {
      return;
    }
    long has = session().patched(open.finish(), position);
    patch = null;
    if (has != position) {
      throw new RegistryException(
          RegistryException.Kind.UNAVAILABLE,
          action,
          0,
          "",
          "it acknowledged " + has + " of " + position + " bytes");
    }
    acknowledged(position);
    held.acknowledge(position);
  }

  private void acknowledged(long offset) {
    if (offset > acknowledged) {
      acknowledged = offset;
      challenges = 0;
      retries.progressed();
    }
  }

  private void cutPatch() {
    if (patch != null) {
      patch.close();
      patch = null;
    }
  }

  private void dropSession() {
    if (session != null) {
      session.abandon();
      session = null;
    }
  }

  private UploadSession session() {
    return Objects.requireNonNull(session);
  }
}
