package io.dvcr.registry;

import java.io.IOException;
import java.io.InputStream;

/** Makes the bytes of an upload once more, for a source that can be read again. */
@FunctionalInterface
public interface Replay {
  /**
   * {@code length} bytes of the blob from {@code offset} on, the same as the first time; the caller
   * closes the stream.
   *
   * @throws IOException if they can't be had, or have changed
   */
  InputStream from(long offset, long length) throws IOException;
}
