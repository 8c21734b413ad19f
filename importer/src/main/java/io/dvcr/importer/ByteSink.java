package io.dvcr.importer;

import java.io.IOException;

/** Takes bytes. */
@FunctionalInterface
interface ByteSink {
  /** Takes all of them, or fails; the array is not kept. */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
