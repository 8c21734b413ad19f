package io.dvcr.importer;

import io.dvcr.formats.RangeReader;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Repository;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads parts of a disk image out of an uncompressed layer. */
record PlainLayerReader(Repository repository, Descriptor blob, TarFrame frame)
    implements RangeReader {
  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    try (InputStream in = repository.openRange(blob, frame.head().length + position, length)) {
      if (in.readNBytes(buffer, offset, length) < length) {
        throw new EOFException("the layer ended inside the image");
      }
    }
  }
}
