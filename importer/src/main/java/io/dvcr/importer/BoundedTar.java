package io.dvcr.importer;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A tar archive whose names and attributes stay within bounds: the reader beneath collects them in
 * memory, however long the archive says that they are. The content of an entry has to be read
 * before the next entry is asked for.
 */
final class BoundedTar extends TarArchiveInputStream {
  /** PATH_MAX of Linux is 4 KiB; extended attributes may take 64 KiB (xattr(7)). */
  private static final int MOST_BESIDE_AN_ENTRY = 1 << 20;

  private boolean betweenEntries;
  private int read;

  BoundedTar(InputStream in) {
    super(in);
  }

  @Override
  public TarArchiveEntry getNextEntry() throws IOException {
    betweenEntries = true;
    read = 0;
    try {
      return super.getNextEntry();
    } finally {
      betweenEntries = false;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = super.read(bytes, offset, length);
    if (betweenEntries && count > 0) {
      read += count;
      if (read > MOST_BESIDE_AN_ENTRY) {
        throw new IOException("names and attributes of an entry are longer than 1 MiB");
      }
    }
    return count;
  }
}
