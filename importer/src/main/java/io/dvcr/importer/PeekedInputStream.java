package io.dvcr.importer;

import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A stream whose first bytes were looked at and are given again. Closing it closes its input. */
final class PeekedInputStream extends BlockInputStream {
  private final InputStream in;
  private final byte[] head;
  private int given;

  private PeekedInputStream(InputStream in, byte[] head) {
    this.in = in;
    this.head = head;
  }

  /** Reads the first {@code length} bytes of {@code in}, or all if there are fewer. */
  static PeekedInputStream of(InputStream in, int length) throws IOException {
    return new PeekedInputStream(in, in.readNBytes(length));
  }

  /** The bytes that were looked at. */
  byte[] head() {
    return Arrays.copyOf(head, head.length);
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (given == head.length) {
      return in.read(bytes, offset, length);
    }
    int count = Math.min(length, head.length - given);
    System.arraycopy(head, given, bytes, offset, count);
    given += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
