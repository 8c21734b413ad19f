package io.dvcr.importer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A stream whose first bytes were looked at and are given again. Closing it closes its input. */
final class PeekedInputStream extends FilterInputStream {
  private final byte[] head;
  private int given;

  private PeekedInputStream(InputStream in, byte[] head) {
    super(in);
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
    if (given == head.length) {
      return in.read(bytes, offset, length);
    }
    int count = Math.min(length, head.length - given);
    System.arraycopy(head, given, bytes, offset, count);
    given += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    if (given == head.length) {
      return in.skip(count);
    }
    int skipped = (int) Math.min(count, head.length - given);
    given += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
