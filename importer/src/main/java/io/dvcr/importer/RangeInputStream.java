package io.dvcr.importer;

import io.dvcr.formats.RangeReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The bytes that a reader gives, from the first on, asked for in large parts. */
final class RangeInputStream extends InputStream {
  private final RangeReader reader;
  private final long length;
  private final byte[] part = new byte[1 << 20];
  private long position;
  private int given;
  private int filled;

  RangeInputStream(RangeReader reader, long length) {
    this.reader = reader;
    this.length = length;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (given == filled) {
      if (position == length) {
        return -1;
      }
      filled = (int) Math.min(part.length, length - position);
      reader.readFully(position, part, 0, filled);
      position += filled;
      given = 0;
    }
    int copied = Math.min(count, filled - given);
    System.arraycopy(part, given, bytes, offset, copied);
    given += copied;
    return copied;
  }
}
