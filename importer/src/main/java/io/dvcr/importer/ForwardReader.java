package io.dvcr.importer;

import io.dvcr.formats.ImageRefusedException;
import io.dvcr.formats.RangeReader;
import io.dvcr.formats.Rule;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of an image out of a stream that can only be read front to back, such as a packed
 * one: going back starts it again.
 */
final class ForwardReader implements RangeReader, Closeable {
  /**
   * Parts are asked for front to back, once for each level of tables that points backwards: formats
   * have four at most. More is an image whose tables don't fit in memory and lie scattered.
   */
  private static final int MOST_STARTS = 16;

  /** Starts the stream from its first byte. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  private final Opener opener;
  private @Nullable InputStream in;
  private long at;
  private int starts;

  ForwardReader(Opener opener) {
    this.opener = opener;
  }

  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    InputStream open = in;
    if (open == null || position < at) {
      close();
      if (starts++ == MOST_STARTS) {
        throw new ImageRefusedException(
            Rule.R3,
            "tables",
            position,
            "to check its tables it would have to be read from its start more than "
                + MOST_STARTS
                + " times");
      }
      open = opener.open();
      in = open;
      at = 0;
    }
    open.skipNBytes(position - at);
    if (open.readNBytes(buffer, offset, length) < length) {
      throw new EOFException("the unpacked image became shorter");
    }
    at = position + length;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
