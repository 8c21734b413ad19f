package io.dvcr.registry;

import java.io.IOException;
import java.io.InputStream;

/** Holds no bytes: a replay makes those again that the registry lost. */
final class ReplayedBytes implements Unacknowledged {
  /** Long enough that waiting for the file's sync at its end costs little; it needs no memory. */
  private static final long LONG_CHUNK = 8L << 30;

  private static final int BUFFER = 256 << 10;

  private final Replay replay;
  private long end;

  /**
   * @param end how many bytes were taken before, by an earlier process
   */
  ReplayedBytes(Replay replay, long end) {
    this.replay = replay;
    this.end = end;
  }

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

  @Override
  public long capacity() {
    return Long.MAX_VALUE;
  }

  @Override
  public long chunkLength() {
    return LONG_CHUNK;
  }

  @Override
  public long end() {
    return end;
  }

  @Override
  public boolean reachesBackTo(long offset) {
    return true;
  }

  @Override
  public int take(byte[] bytes, int offset, int length) {
    end += length;
    return length;
  }

  @Override
  public void send(byte[] bytes, int offset, int length, ChunkWriter chunks) throws IOException {
    chunks.write(bytes, offset, length);
  }

  @Override
  public void send(ChunkWriter chunks) throws IOException {
    if (chunks.position() == end) {
      return;
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = open(chunks.position())) {
      while (chunks.position() < end) {
        int count = read(in, buffer, (int) Math.min(buffer.length, end - chunks.position()));
        chunks.write(buffer, 0, count);
      }
    }
  }

  private InputStream open(long from) throws FailedException {
    try {
      return replay.from(from, end - from);
    } catch (IOException e) {
      throw new FailedException(e);
    }
  }

  /** Reads at least one byte. */
  private static int read(InputStream in, byte[] buffer, int length) throws FailedException {
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
  public void flush(ChunkWriter chunks) throws IOException {
    chunks.end();
  }
}
