package io.dvcr.importer;

import io.dvcr.formats.RangeReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads parts of an image out of a packed stream, which can only be unpacked front to back: going
 * back starts it again.
 */
final class UnpackingReader implements RangeReader, Closeable {
  /** Starts the unpacked stream from its first byte. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  private final Opener opener;
  private @Nullable InputStream in;
  private long at;

  UnpackingReader(Opener opener) {
    this.opener = opener;
  }

  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    InputStream open = in;
    if (open == null || position < at) {
      close();
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
