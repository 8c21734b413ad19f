package io.dvcr.formats;

import static io.dvcr.formats.VmdkHeader.SECTOR;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A VMDK in one file: header, descriptor, then grain directory, grain tables and grains in any
 * order. Grains that are not packed only have to lie inside the file. Packed ones are unpacked, in
 * one pass with their markers ({@link VmdkRecords}); if that does not account for every entry of
 * every table, the tables are followed by range ({@link VmdkGrains}).
 *
 * <p>Holds the descriptor while it is read, at most 1 MiB, and two buffers of 64 KiB. Pages of the
 * directory wait with their tables in {@link Regions}, at most 8 bytes a table.
 */
final class VmdkInspector implements FormatInspector {
  private final Regions regions;
  private final VmdkHeader header;
  private final Furthest grains = new Furthest();
  private final VmdkLedger ledger = new VmdkLedger();
  private final VmdkRecords records;
  private @Nullable VmdkGrains again;

  /** The header, or from the end on the footer if there is one. */
  private VmdkHeader effective;

  private boolean ended;

  VmdkInspector(Head head, Regions regions) throws ImageRefusedException {
    if (head.length() < VmdkHeader.LENGTH) {
      throw new ImageRefusedException(
          Rule.V9,
          "header",
          head.length(),
          "the VMDK ends after %d bytes, inside its header".formatted(head.length()));
    }
    header = VmdkHeader.decode(head.bytes());
    header.check(0);
    effective = header;
    this.regions = regions;
    records = new VmdkRecords(regions, header, ledger);
    regions.walk(this::begin);
  }

  private void begin() throws ImageRefusedException {
    if (ended) {
      followTables();
      return;
    }
    int descriptor = (int) header.descriptorSize() * SECTOR;
    regions.want(
        VmdkHeader.LENGTH,
        Math.max(descriptor, VmdkDescriptor.QEMU_LENGTH),
        (offset, bytes, wanted) -> visitDescriptor(bytes, descriptor));
    if (!header.directoryAtEnd()) {
      new VmdkTables(regions, header, this::visitTable).walk();
    }
    if (inRecords()) {
      records.want(header.overhead() * SECTOR);
    }
  }

  /** Whether the grains can be checked as they pass. */
  private boolean inRecords() {
    return header.compressed() && header.markers();
  }

  private static int visitDescriptor(ByteBuffer bytes, int size) throws ImageRefusedException {
    if (bytes.limit() < size) {
      throw new ImageRefusedException(
          Rule.V9,
          "descriptor",
          VmdkHeader.LENGTH,
          "the VMDK ends inside its descriptor of %d bytes".formatted(size));
    }
    byte[] descriptor = new byte[bytes.limit()];
    bytes.get(0, descriptor);
    VmdkDescriptor.check(descriptor, size);
    return descriptor.length;
  }

  /** A table of a directory that lies in front. */
  private void visitTable(long lba, long offset, ByteBuffer slots) throws ImageRefusedException {
    if (inRecords()) {
      records.nameGrains(lba, slots, slots.limit() / Integer.BYTES);
    } else {
      visitByItself(lba, offset, slots);
    }
  }

  /** A table whose grains are checked one by one. */
  private void visitByItself(long lba, long offset, ByteBuffer slots) throws ImageRefusedException {
    if (header.compressed()) {
      grainsByThemselves().visit(lba, offset, slots);
      return;
    }
    for (int i = 0; i < slots.limit() / Integer.BYTES; i++) {
      long sector = VmdkHeader.slot(slots, i);
      if (!header.readsZeros(sector)) {
        long visible = header.visibleLength(lba + i * header.grain());
        grains.note(sector * SECTOR + visible, offset + (long) i * Integer.BYTES);
      }
    }
  }

  private VmdkGrains grainsByThemselves() {
    if (again == null) {
      again = new VmdkGrains(regions, header);
    }
    return again;
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VMDK;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.of(header.virtualSize());
  }

  @Override
  public boolean skippable() {
    return !inRecords();
  }

  @Override
  public void end(Tail tail) throws ImageRefusedException {
    ended = true;
    records.close();
    requireOverhead(header, tail);
    if (header.directoryAtEnd()) {
      effective = VmdkFooter.parse(tail, header);
      requireOverhead(effective, tail);
      requireNothingBehind(tail);
    }
    if (needsTables()) {
      followTables();
    }
  }

  private static void requireOverhead(VmdkHeader header, Tail tail) throws ImageRefusedException {
    if (tail.fileLength() / SECTOR < header.overhead()) {
      throw new ImageRefusedException(
          Rule.V9,
          "overHead",
          64,
          "the VMDK has %d bytes, but its grains are said to start at sector %d"
              .formatted(tail.fileLength(), header.overhead()));
    }
  }

  private void requireNothingBehind(Tail tail) throws ImageRefusedException {
    long end = records.endOfStream();
    if (end >= 0 && end + SECTOR != tail.fileLength()) {
      throw new ImageRefusedException(
          Rule.V11,
          "end-of-stream marker",
          end,
          "the VMDK goes on behind its end-of-stream marker");
    }
  }

  /** Whether the pass that is over did not check all tables and grains. */
  private boolean needsTables() {
    if (!inRecords()) {
      return header.directoryAtEnd();
    }
    boolean directorySeen =
        !header.directoryAtEnd() || records.directorySector() == effective.directoryOffset();
    boolean complete = regions.isComplete() && !records.lost();
    return !(directorySeen && complete && ledger.isBalanced());
  }

  private void followTables() throws ImageRefusedException {
    new VmdkTables(regions, effective, this::visitByItself).walk();
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    if (again != null) {
      again.close();
    }
    if (grains.isOutside(fileLength)) {
      throw new ImageRefusedException(
          Rule.V10,
          "grain table",
          grains.from(),
          "a grain of the VMDK ends at %d, the file at %d".formatted(grains.end(), fileLength));
    }
    return effective.virtualSize();
  }
}
