package io.dvcr.importer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * One image's bytes, read once, front to back. Owns everything beneath it: closing it closes all
 * its steps and the source's stream.
 */
public final class ByteStream implements Closeable {
  /**
   * Large enough that the cost of a call vanishes, small enough to stay in the processor's cache.
   */
  static final int BUFFER = 256 << 10;

  /** A stream over a stream. */
  @FunctionalInterface
  public interface Step {
    /** Does not read, but may fail; the stream that it was given is closed by the caller then. */
    InputStream over(InputStream in) throws IOException;
  }

  private final InputStream in;
  private final OptionalLong size;

  /**
   * @param size how many bytes {@code in} gives, if that is known
   */
  public ByteStream(InputStream in, OptionalLong size) {
    this.in = in;
    this.size = size;
  }

  public InputStream in() {
    return in;
  }

  /** How many bytes there are, as the source says. */
  public OptionalLong size() {
    return size;
  }

  /** The same bytes, seen by {@code observer} as they pass. */
  public ByteStream through(ByteObserver observer) {
    return new ByteStream(new ObservedInputStream(in, observer), size);
  }

  /** Other bytes made of these; their number isn't known. Closes this if the step fails. */
  public ByteStream then(Step step) throws IOException {
    try {
      return new ByteStream(step.over(in), OptionalLong.empty());
    } catch (IOException | RuntimeException e) {
      try {
        in.close();
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /**
   * Reads to the end: all that happens, happens in the steps.
   *
   * @return the number of bytes that came out
   */
  public long drain() throws IOException {
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      total += count;
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
