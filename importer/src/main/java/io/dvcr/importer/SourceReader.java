package io.dvcr.importer;

import io.dvcr.formats.RangeReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads parts of a source again, as they come from it. */
record SourceReader(ImageSource source) implements RangeReader {
  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    try (InputStream in = source.openRange(position, length)) {
      if (in.readNBytes(buffer, offset, length) < length) {
        throw new EOFException(source.description() + " became shorter while it was read");
      }
    }
  }
}
