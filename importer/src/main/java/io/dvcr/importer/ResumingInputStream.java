package io.dvcr.importer;

import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** The bytes of a remote file; after a cut it goes on where it stopped. */
final class ResumingInputStream extends BlockInputStream {
  /** Asks for the bytes from an offset on, once. */
  @FunctionalInterface
  interface Parts {
    /**
     * @param before checksum of all bytes before {@code offset}; empty if they are not known
     */
    InputStream from(long offset, OptionalLong before) throws IOException;
  }

  /** Far faster than a network; tells changes by accident, which is what it is for. */
  static Checksum checksum() {
    return new CRC32C();
  }

  private final OptionalLong end;
  private final Parts parts;
  private final SourceRetries retries;
  private @Nullable InputStream in;
  private long position;
  private final @Nullable Checksum given;
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
      SourceRetries retries) {
    this.in = in;
    this.position = position;
    this.given = position == 0 ? checksum() : null;
    this.end = end;
    this.parts = parts;
    this.retries = retries;
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    while (!ended) {
      try {
        InputStream open = in;
        if (open == null) {
          open = parts.from(position, before());
          in = open;
        }
        int count = open.read(bytes, offset, length);
        if (count >= 0) {
          if (given != null) {
            given.update(bytes, offset, count);
          }
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
        if (end.isPresent() && position == end.getAsLong()) {
          ended = true; // everything came; how the connection ended does not matter
        } else {
          retries.awaitNextTry(e);
        }
      }
    }
    return -1;
  }

  private OptionalLong before() {
    return given == null ? OptionalLong.empty() : OptionalLong.of(given.getValue());
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
