package io.dvcr.importer;

import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The same bytes, seen by an observer before the reader has them. Closing it closes its input. */
final class ObservedInputStream extends BlockInputStream {
  private final InputStream in;
  private final ByteObserver observer;
  private boolean ended;

  ObservedInputStream(InputStream in, ByteObserver observer) {
    this.in = in;
    this.observer = observer;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
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
  public void close() throws IOException {
    in.close();
  }
}
