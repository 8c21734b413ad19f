package io.dvcr.registry;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * A blob on its way into a repository: written front to back, then committed. Its SHA-256 is
 * computed as the bytes pass. Cuts are survived inside: {@link #write} returns when the bytes are
 * on their way for good, or throws when no more tries are left. For one thread at a time.
 */
public interface BlobUpload extends Closeable {
  /**
   * Appends bytes; blocks while the repository takes no more. The array is not kept.
   *
   * @throws RegistryException if the repository does not take them, all tries used up
   * @throws IOException if a replay failed, or {@link java.io.InterruptedIOException} if the thread
   *     was interrupted
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Bytes that were sent, the most there ever were: does not go back when bytes are sent again. */
  long sent();

  /**
   * What {@link Repository#resume} needs to go on with it in another process; empty if it can't be
   * gone on with.
   */
  Optional<SavedUpload> saved();

  /**
   * Instead of closing it: has the repository keep what it was sent, and tells how to go on with
   * it; what can't be gone on with is abandoned. Takes a few seconds at most.
   */
  Optional<SavedUpload> suspend();

  /**
   * Makes the blob part of the repository. A blob that is there already is no error.
   *
   * @return its digest and size under {@code mediaType}
   * @throws RegistryException as {@link #write}
   */
  Descriptor commit(String mediaType) throws IOException;

  /**
   * Without a commit before: abandons the upload, so that nothing of it stays. After a commit, or a
   * second time, it does nothing. Never hides another failure: what goes wrong here is dropped.
   */
  @Override
  void close();
}
