package io.dvcr.importer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What surrounds the disk image in a layer: a tar archive (POSIX.1-2001, pax) with the folder
 * {@code disk} and one file in it.
 */
final class TarFrame {
  private static final int BLOCK = 512;

  /** Two blocks of zeros end an archive. */
  private static final int END = 2 * BLOCK;

  /** The user that runs virtual machines' disks, fixed by the artifact's readers. */
  private static final int OWNER = 64535;

  private final byte[] head;
  private final long length;
  private final byte[] tail;

  private TarFrame(byte[] head, long length, byte[] tail) {
    this.head = head;
    this.length = length;
    this.tail = tail;
  }

  /** The frame of a file that is {@code length} bytes long. */
  static TarFrame of(String fileName, long length) {
    try {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      // Not closed: the entry's bytes and the end are written by ourselves.
      TarArchiveOutputStream tar =
          new TarArchiveOutputStream(head, BLOCK, StandardCharsets.UTF_8.name());
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      tar.putArchiveEntry(entry("disk/", TarConstants.LF_DIR, 0755, 0));
      tar.closeArchiveEntry();
      tar.putArchiveEntry(entry("disk/" + fileName, TarConstants.LF_NORMAL, 0644, length));
      int padding = (int) ((BLOCK - length % BLOCK) % BLOCK);
      return new TarFrame(head.toByteArray(), length, new byte[padding + END]);
    } catch (IOException e) {
      throw new IllegalStateException("a tar header could not be made", e);
    }
  }

  private static TarArchiveEntry entry(String name, byte type, int mode, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setMode(mode);
    entry.setUserId(OWNER);
    entry.setGroupId(OWNER);
    entry.setModTime(0);
    entry.setSize(size);
    return entry;
  }

  /** The bytes before the file's; not to be changed. */
  byte[] head() {
    return head;
  }

  /** Length of the file. */
  long length() {
    return length;
  }

  /** The bytes after the file's: padding to a block and the archive's end; not to be changed. */
  byte[] tail() {
    return tail;
  }

  /** Length of the whole archive. */
  long totalLength() {
    return head.length + length + tail.length;
  }
}
