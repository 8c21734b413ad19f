package io.dvcr.registry;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way into a registry. Bytes are digested and sent as they come; after a failure the
 * registry is asked for its offset, and everything from there on is sent again.
 */
final class RemoteBlobUpload implements BlobUpload {
  private final BlobRequests blobs;
  private final Unacknowledged bytes;
  private final ChunkWriter chunks;
  private final UploadRetries retries;
  private final MessageDigest digest = Digest.newSha256();

  /** Whether the registry may have more than was written here: sent by an earlier process. */
  private final boolean resumed;

  private boolean closed;

  private RemoteBlobUpload(
      BlobRequests blobs, Unacknowledged bytes, @Nullable UploadSession session) {
    this.blobs = blobs;
    this.bytes = bytes;
    this.chunks = new ChunkWriter(blobs, session, bytes.chunkLength());
    this.retries = new UploadRetries(blobs.calls(), blobs.pushing(), chunks);
    this.resumed = session != null;
  }

  /**
   * Holds bytes until they are acknowledged.
   *
   * @param memory how many at most
   */
  static RemoteBlobUpload held(BlobRequests blobs, int memory) {
    return new RemoteBlobUpload(blobs, new HeldBytes(memory), null);
  }

  /** Has lost bytes made again. */
  static RemoteBlobUpload replayed(BlobRequests blobs, Replay replay) {
    return new RemoteBlobUpload(blobs, new ReplayedBytes(replay, 0), null);
  }

  /** Goes on with an upload of an earlier process, and has lost bytes made again. */
  static RemoteBlobUpload resumed(BlobRequests blobs, SavedUpload saved, Replay replay) {
    RemoteBlobUpload upload =
        new RemoteBlobUpload(
            blobs, new ReplayedBytes(replay, saved.written()), blobs.uploadOf(saved));
    DigestState.restore(upload.digest, saved.digest());
    return upload;
  }

  @Override
  public void write(byte[] array, int offset, int length) throws IOException {
    digest.update(array, offset, length);
    for (int done = 0; done < length; ) {
      int from = offset + done;
      int count = bytes.take(array, from, length - done);
      retries.surviving(() -> {
        if (chunks.isCertain()) {
          bytes.send(array, from, count, chunks);
        } else if (!isAhead()) {
          catchUp();
        }
      });
      done += count;
    }
  }

  /** Whether an earlier process sent more than was written here yet. */
  private boolean isAhead() {
    return resumed && chunks.position() > bytes.end();
  }

  /** Sends everything again that was written and that the registry does not have. */
  private void catchUp() throws IOException {
    if (!isLocated()) {
      if (!bytes.reachesBackTo(0)) {
        throw broken("it lost the upload, and the source can't be read again").asUploadLost();
      }
      begin();
    }
    if (isAhead()) {
      return;
    }
    if (chunks.position() > bytes.end()) {
      throw tooMany();
    }
    if (!bytes.reachesBackTo(chunks.position())) {
      throw broken(
              "it lost bytes that it had acknowledged, and they can't be read from the source again")
          .asUploadLost();
    }
    bytes.send(chunks);
  }

  private boolean isLocated() throws IOException {
    if (chunks.locate(bytes.end()) && resumed && chunks.position() == 0) {
      chunks.drop(); // it may have one byte, see UploadSession
    }
    return chunks.session().isPresent();
  }

  private void begin() throws IOException {
    chunks.begin();
    if (chunks.chunkLength() > bytes.capacity()) {
      throw broken(
          "it wants chunks of at least %d bytes, more than the %d that are held in memory"
              .formatted(chunks.chunkLength(), bytes.capacity()));
    }
  }

  private RegistryException tooMany() {
    return broken(
        "it claims to have " + chunks.position() + " bytes, " + bytes.end() + " were sent");
  }

  private RegistryException broken(String what) {
    return new RegistryException(RegistryException.Kind.UNAVAILABLE, blobs.pushing(), 0, "", what)
        .because(null, true);
  }

  @Override
  public Descriptor commit(String mediaType) throws IOException {
    Digest sum = Digest.ofSha256(digest.digest());
    retries.surviving(this::flush);
    retries.surviving(() -> {
      if (!chunks.isCertain()) {
        // The answer may have been lost, not the commit.
        if (blobs.size(sum).filter(size -> size == bytes.end()).isPresent()) {
          chunks.drop();
          return;
        }
        flush();
      }
      chunks.commit(sum);
    });
    closed = true;
    return new Descriptor(mediaType, sum, bytes.end());
  }

  private void flush() throws IOException {
    if (!chunks.isCertain()) {
      catchUp();
    }
    if (isAhead()) {
      throw tooMany().asUploadLost();
    }
    bytes.flush(chunks);
  }

  @Override
  public long sent() {
    return chunks.sent();
  }

  @Override
  public Optional<SavedUpload> saved() {
    return bytes instanceof ReplayedBytes
        ? chunks
            .session()
            .flatMap(open ->
                DigestState.of(digest)
                    .map(state ->
                        new SavedUpload(open.first(), open.location(), bytes.end(), state)))
        : Optional.empty();
  }

  @Override
  public Optional<SavedUpload> suspend() {
    if (closed || saved().isEmpty()) {
      close();
      return Optional.empty();
    }
    closed = true;
    chunks.leave();
    return saved();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      // distribution 2.8 can't cancel a session whose request was cut.
      chunks.leave();
      Uninterrupted.run(chunks::drop);
    }
  }
}
