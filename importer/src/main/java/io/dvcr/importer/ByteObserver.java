package io.dvcr.importer;

import java.io.IOException;

/** Sees bytes as they pass, and their end. */
@FunctionalInterface
public interface ByteObserver {
  /**
   * The next bytes. The array is not kept and not changed.
   *
   * @throws IOException to stop the stream
   */
  void observe(byte[] bytes, int offset, int length) throws IOException;

  /**
   * There are no more; called once, before the reader is told.
   *
   * @throws IOException if what passed must not be used
   */
  default void end() throws IOException {}
}
