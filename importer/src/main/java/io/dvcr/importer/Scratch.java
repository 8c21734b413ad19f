package io.dvcr.importer;

import io.dvcr.registry.BlobUpload;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Repository;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the bytes of a source whose image's length isn't known, until it is: a few in memory, more
 * as a blob of the target that no manifest names. Closing it deletes the blob where that is
 * allowed.
 */
final class Scratch implements ByteObserver, Closeable {
  private final Repository repository;
  private final int memory;
  private ByteArrayOutputStream held = new ByteArrayOutputStream();
  private @Nullable BlobUpload upload;
  private @Nullable Descriptor blob;
  private long size;

  /**
   * @param memory how many bytes are held at most
   */
  Scratch(Repository repository, int memory) {
    this.repository = repository;
    this.memory = memory;
  }

  @Override
  public void observe(byte[] bytes, int offset, int length) throws IOException {
    size += length;
    if (upload == null && held.size() + length <= memory) {
      held.write(bytes, offset, length);
      return;
    }
    if (upload == null) {
      upload = repository.upload(null);
      byte[] first = held.toByteArray();
      held = new ByteArrayOutputStream();
      upload.write(first, 0, first.length);
    }
    upload.write(bytes, offset, length);
  }

  @Override
  public void end() throws IOException {
    if (upload != null) {
      blob = upload.commit("application/octet-stream");
    }
  }

  /** Bytes that came. */
  long size() {
    return size;
  }

  /** Bytes that were sent to the target. */
  long sent() {
    return upload == null ? 0 : upload.sent();
  }

  /** The bytes again, after their end. */
  ByteStream open() throws IOException {
    InputStream in =
        blob == null ? new ByteArrayInputStream(held.toByteArray()) : repository.openBlob(blob);
    return new ByteStream(in, OptionalLong.of(size));
  }

  @Override
  public void close() {
    if (upload != null) {
      upload.close();
    }
    if (blob != null) {
      repository.deleteBlob(blob.digest());
      blob = null;
    }
  }
}
