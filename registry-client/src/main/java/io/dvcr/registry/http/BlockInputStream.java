package io.dvcr.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A stream that is read in blocks: one byte is a block of one, and what is skipped is read. */
public abstract class BlockInputStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public final int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    return length == 0 ? 0 : readBlock(bytes, offset, length);
  }

  /**
   * Reads at least one byte, waiting for it if need be.
   *
   * @param length more than 0
   * @return how many; -1 at the end
   */
  protected abstract int readBlock(byte[] bytes, int offset, int length) throws IOException;
}
