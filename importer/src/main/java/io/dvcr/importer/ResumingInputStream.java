package io.dvcr.importer;

import io.dvcr.registry.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of a remote file; after a cut it goes on where it stopped. */
final class ResumingInputStream extends InputStream {
  /** Asks for the bytes from an offset on, once. */
  @FunctionalInterface
  interface Parts {
    InputStream from(long offset) throws IOException;
  }

  private final OptionalLong end;
  private final Parts parts;
  private final HttpSource source;
  private final Retries retries;
  private @Nullable InputStream in;
  private long position;
  private boolean ended;

  /**
   * @param in the bytes from {@code position} on, or null to ask for them at the first read
   * @param end offset behind the last byte, if it is known
   */
  ResumingInputStream(
      @Nullable InputStream in,
      long position,
      OptionalLong end,
      Parts parts,
      HttpSource source,
      Retries retries) {
    this.in = in;
    this.position = position;
    this.end = end;
    this.parts = parts;
    this.source = source;
    this.retries = retries;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      try {
        InputStream open = in;
        if (open == null) {
          open = parts.from(position);
          in = open;
        }
        int count = open.read(bytes, offset, length);
        if (count >= 0) {
          position += count;
          retries.progressed();
          return count;
        }
        if (end.isPresent() && position < end.getAsLong()) {
          throw new IOException("the body ended at byte " + position + " of " + end.getAsLong());
        }
        ended = true;
      } catch (IOException e) {
        close();
        source.awaitNextTry(e, retries);
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
