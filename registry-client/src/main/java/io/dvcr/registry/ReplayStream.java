package io.dvcr.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a replay; its failures are the source's and told from the registry's. */
final class ReplayStream implements Closeable {
  /** The source failed, which no further try at the registry mends. */
  static final class FailedException extends IOException {
    private static final long serialVersionUID = 1;

    private final IOException failure;

    private FailedException(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    /** As the source threw it. */
    IOException failure() {
      return failure;
    }
  }

  private final InputStream in;

  private ReplayStream(InputStream in) {
    this.in = in;
  }

  static ReplayStream open(Replay replay, long from, long length) throws FailedException {
    try {
      return new ReplayStream(replay.from(from, length));
    } catch (IOException e) {
      throw new FailedException(e);
    }
  }

  /** Reads at least one byte. */
  int read(byte[] buffer, int length) throws FailedException {
    try {
      int count = in.read(buffer, 0, length);
      if (count < 0) {
        throw new IOException("the source is shorter than it was");
      }
      return count;
    } catch (IOException e) {
      throw new FailedException(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
