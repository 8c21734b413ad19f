package io.dvcr.importer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The same bytes, seen by an observer before the reader has them. Closing it closes its input. */
final class ObservedInputStream extends FilterInputStream {
  private final ByteObserver observer;
  private boolean ended;

  ObservedInputStream(InputStream in, ByteObserver observer) {
    super(in);
    this.observer = observer;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      observer.observe(bytes, offset, count);
    } else if (count < 0 && !ended) {
      ended = true;
      observer.end();
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    // Skipped bytes must be seen, too.
    byte[] buffer = new byte[(int) Math.min(count, ByteStream.BUFFER)];
    return Math.max(0, read(buffer, 0, buffer.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
