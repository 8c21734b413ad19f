package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A range read from front to back. Closing it does nothing, as the reader is someone else's. */
final class RangeInputStream extends InputStream {
  private final RangeReader reader;
  private final long end;
  private long position;

  RangeInputStream(RangeReader reader, long start, long end) {
    this.reader = reader;
    this.position = start;
    this.end = end;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position >= end) {
      return -1;
    }
    int count = (int) Math.min(length, end - position);
    reader.readFully(position, bytes, offset, count);
    position += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }
}
