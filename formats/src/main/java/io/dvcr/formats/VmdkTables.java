package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Walks through the grain directory of a VMDK, page by page, and shows the grain tables. */
final class VmdkTables {
  /** Sees one grain table. */
  @FunctionalInterface
  interface Table {
    /**
     * A grain table's slots that belong to the disk.
     *
     * @param lba sector of the guest that the first slot is for
     * @param offset where the table lies
     * @param slots the table, little endian, up to the end of the disk
     */
    void visit(long lba, long offset, ByteBuffer slots) throws ImageRefusedException;
  }

  private final Regions regions;
  private final VmdkHeader header;
  private final long directory;
  private final Table table;

  /**
   * @param header with the offset of the directory, checked
   */
  VmdkTables(Regions regions, VmdkHeader header, Table table) {
    this.regions = regions;
    this.header = header;
    this.directory = header.directoryOffset() * VmdkHeader.SECTOR;
    this.table = table;
  }

  /** Wants the directory, and with it all tables. */
  void walk() throws ImageRefusedException {
    want(directory, this::visitDirectory);
    if (header.hasRedundantDirectory()) {
      long redundant = header.redundantOffset() * VmdkHeader.SECTOR;
      want(
          redundant,
          (offset, bytes, wanted) -> {
            if (bytes.limit() < wanted) {
              throw directoryOutside(redundant);
            }
            return wanted;
          });
    }
  }

  private void want(long at, Regions.Visitor visitor) throws ImageRefusedException {
    if (at > Long.MAX_VALUE - header.directoryLength()) {
      throw directoryOutside(at);
    }
    Pages.want(regions, at, header.directoryLength(), visitor);
  }

  private int visitDirectory(long offset, ByteBuffer bytes, int wanted)
      throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      throw directoryOutside(directory);
    }
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    long firstLba = (offset - directory) / Integer.BYTES * header.tableSpan();
    VmdkPlaces tables = VmdkPlaces.in(bytes, sector -> sector == 0);
    Page page = new Page(tables, firstLba);
    for (int i = 0; i < tables.size(); i++) {
      regions.want(tables.sector(i) * VmdkHeader.SECTOR, header.tableLength(), page);
    }
    return wanted;
  }

  private ImageRefusedException directoryOutside(long at) {
    return new ImageRefusedException(
        Rule.V7,
        "grain directory",
        at,
        "the VMDK grain directory, %d bytes at %d, is not inside the file"
            .formatted(header.directoryLength(), at));
  }

  /** The tables that one page of the directory names. */
  private final class Page implements Regions.Visitor {
    private final VmdkPlaces tables;
    private final long firstLba;

    Page(VmdkPlaces tables, long firstLba) {
      this.tables = tables;
      this.firstLba = firstLba;
    }

    @Override
    public int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
      if (bytes.limit() < wanted) {
        throw new ImageRefusedException(
            Rule.V10,
            "grain directory",
            offset,
            "a grain table of the VMDK at %d is not inside the file".formatted(offset));
      }
      long sector = offset / VmdkHeader.SECTOR;
      int place = tables.first(sector);
      int used = 0;
      // Several entries may name one table. Each counts as work, see Regions.
      while (place < tables.size() && tables.sector(place) == sector) {
        show(firstLba + tables.index(place) * header.tableSpan(), offset, bytes);
        used = Math.addExact(used, wanted);
        place++;
      }
      return used;
    }

    private void show(long lba, long offset, ByteBuffer bytes) throws ImageRefusedException {
      long slots =
          Math.min(header.entries(), Math.ceilDiv(header.capacity() - lba, header.grain()));
      table.visit(
          lba,
          offset,
          bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit((int) slots * Integer.BYTES));
    }
  }
}
