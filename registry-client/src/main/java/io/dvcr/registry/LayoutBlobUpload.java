package io.dvcr.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Optional;

/** A blob on its way into a layout folder. */
final class LayoutBlobUpload implements BlobUpload {
  private final String action;
  private final LayoutFiles files;
  private final LayoutFiles.Upload upload;
  private final MessageDigest digest = Digest.newSha256();
  private long written;
  private boolean closed;

  LayoutBlobUpload(String layout, LayoutFiles files) throws IOException {
    this.action = "write a blob into " + layout;
    this.files = files;
    this.upload = files.newUpload();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    digest.update(bytes, offset, length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (buffer.hasRemaining()) {
        written += upload.channel().write(buffer);
      }
    } catch (IOException e) {
      throw LayoutFiles.failure(action, e);
    }
  }

  @Override
  public long sent() {
    return written;
  }

  /** The repository's bytes are the process's own: a restart begins anew. */
  @Override
  public Optional<SavedUpload> saved() {
    return Optional.empty();
  }

  @Override
  public Optional<SavedUpload> suspend() {
    close();
    return saved();
  }

  @Override
  public Descriptor commit(String mediaType) throws IOException {
    Digest sum = Digest.ofSha256(digest.digest());
    try {
      files.commit(upload, files.blob(sum));
    } catch (IOException e) {
      throw LayoutFiles.failure(action, e);
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
    try {
      Files.deleteIfExists(upload.file());
      upload.channel().close();
    } catch (IOException e) {
      // The next upload removes what is left.
    }
  }
}
