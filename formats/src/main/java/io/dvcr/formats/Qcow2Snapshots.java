package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * The table of internal snapshots (qcow2.rst, "Snapshot table"): entries of different lengths,
 * which QEMU reads when it opens the image.
 */
final class Qcow2Snapshots {
  /** The fixed part of an entry; behind it come extra data, id and name. */
  private static final int ENTRY = 40;

  private static final int ID_SIZE = 12;
  private static final int NAME_SIZE = 14;
  private static final int EXTRA_SIZE = 36;

  /** QEMU block/qcow2.h, QCOW_MAX_SNAPSHOT_EXTRA_DATA. */
  private static final long MOST_EXTRA = 1024;

  /** QEMU block/qcow2.h, QCOW_MAX_SNAPSHOTS_SIZE: the whole table. */
  private static final long MOST_BYTES = 64 << 20;

  private final Qcow2Header header;
  private final Regions regions;
  private final Regions.Visitor visitor = this::visit;
  private long left;

  Qcow2Snapshots(Qcow2Header header, Regions regions) {
    this.header = header;
    this.regions = regions;
    this.left = header.snapshots();
  }

  /** Wants the first entry, if there is one. */
  void want() throws ImageRefusedException {
    if (left > 0) {
      regions.want(header.snapshotsOffset(), ENTRY, visitor);
    }
  }

  private int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      throw refused(offset, "a snapshot's entry is not inside the file");
    }
    long extra = Integer.toUnsignedLong(bytes.getInt(EXTRA_SIZE));
    if (extra > MOST_EXTRA) {
      throw refused(offset, "a snapshot has %d bytes of extra data".formatted(extra));
    }
    int id = Short.toUnsignedInt(bytes.getShort(ID_SIZE));
    int name = Short.toUnsignedInt(bytes.getShort(NAME_SIZE));
    long next = offset + (ENTRY + extra + id + name + 7) / 8 * 8;
    if (next - header.snapshotsOffset() > MOST_BYTES) {
      throw refused(offset, "the snapshot table has more than %d bytes".formatted(MOST_BYTES));
    }
    left--;
    if (left > 0) {
      regions.want(next, ENTRY, visitor);
    }
    return wanted;
  }

  private static ImageRefusedException refused(long offset, String what) {
    return new ImageRefusedException(Rule.Q12, "snapshot table", offset, what);
  }
}
