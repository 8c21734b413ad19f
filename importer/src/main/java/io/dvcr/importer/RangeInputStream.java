package io.dvcr.importer;

import io.dvcr.formats.RangeReader;
import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;

/** The bytes that a reader gives, from the first on, asked for in large parts. */
final class RangeInputStream extends BlockInputStream {
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
  protected int readBlock(byte[] bytes, int offset, int count) throws IOException {
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
