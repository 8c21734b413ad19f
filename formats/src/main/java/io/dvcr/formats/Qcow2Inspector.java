package io.dvcr.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A qcow2 image of version 2 or 3 (QEMU docs/interop/qcow2.txt) that needs nothing but itself.
 * Internal snapshots are carried along: the active L1 table alone is the disk.
 */
final class Qcow2Inspector implements FormatInspector {
  private final Qcow2Header header;
  private final Qcow2Tables tables;

  Qcow2Inspector(Head head, Regions regions) throws ImageRefusedException {
    header = Qcow2Header.read(head);
    tables = new Qcow2Tables(header, regions);
    Qcow2Extensions extensions = new Qcow2Extensions(header, regions);
    regions.walk(() -> {
      extensions.want(header.length());
      new Qcow2Snapshots(header, regions).want();
      tables.want();
    });
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.QCOW2;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.of(header.virtualSize());
  }

  @Override
  public void end(Tail tail) throws ImageRefusedException {
    if (header.l1Offset() + header.l1Bytes() > tail.fileLength()) {
      throw header.l1Cut(tail.fileLength());
    }
    tables.checkData(tail.fileLength());
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    tables.checkData(fileLength); // once more: tables may have been read by range since
    return header.virtualSize();
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (header.snapshots() > 0) {
      notes.add("internal snapshots: " + header.snapshots());
    }
    if (header.features().dirty()) {
      notes.add("marked as dirty: it was not closed properly");
    }
    return notes;
  }
}
