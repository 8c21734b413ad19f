package io.dvcr.registry.http;

import java.io.IOException;
import java.io.InputStream;

/** The first bytes of a stream. Closing it closes its input. */
public final class BoundedInputStream extends BlockInputStream {
  private final InputStream in;
  private long left;

  /**
   * @param length how many bytes it gives, if {@code in} has them
   */
  public BoundedInputStream(InputStream in, long length) {
    this.in = in;
    this.left = length;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = in.read(bytes, offset, (int) Math.min(length, left));
    left -= Math.max(0, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
