package io.dvcr.formats;

import static io.dvcr.formats.VmdkHeader.SECTOR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Follows the records of a stream-optimized VMDK as they pass: packed grains, each with its marker,
 * and behind them perhaps grain tables, the directory and the footer, each with a marker of its own
 * (VMware Virtual Disk Format 5.0, Stream-Optimized Compressed Sparse Extents). Every grain is
 * unpacked; every record and every entry of a table is put into a {@link VmdkLedger}, so that
 * neither has to be kept or read again.
 *
 * <p>What is no such sequence is not refused, for the tables alone say what the disk is: it is
 * {@link #lost}, and the tables must be followed by range.
 */
final class VmdkRecords {
  private static final int END_OF_STREAM = 0;
  private static final int GRAIN_TABLE = 1;
  private static final int GRAIN_DIRECTORY = 2;
  private static final int FOOTER = 3;

  /** Bytes in front of a grain's packed bytes: its LBA and their length. */
  static final int GRAIN_MARKER = 12;

  /** More sectors than a marker can need: those of the largest directory, 32 Mi entries. */
  private static final long MAX_MARKED = 32L << 20;

  private final Regions regions;
  private final VmdkHeader header;
  private final VmdkLedger ledger;
  private final VmdkUnpacker unpacker;

  private boolean closed;
  private boolean lost;
  private long endOfStream = -1;
  private long directorySector = -1;
  private long lastSector;
  private long lastLba;

  VmdkRecords(Regions regions, VmdkHeader header, VmdkLedger ledger) {
    this.regions = regions;
    this.header = header;
    this.ledger = ledger;
    this.unpacker = new VmdkUnpacker(header);
  }

  /** Whether something came that is no record; then the ledger does not count. */
  boolean lost() {
    return lost;
  }

  /** Where the end-of-stream marker lies; negative if there is none. */
  long endOfStream() {
    return endOfStream;
  }

  /** Sector of the directory that passed; negative if none did. */
  long directorySector() {
    return directorySector;
  }

  /** Wants the record at {@code at}. */
  void want(long at) throws ImageRefusedException {
    regions.want(at, GRAIN_MARKER, whileOpen(this::visitStart));
  }

  /**
   * The image is over: records are followed no more, even if a table that lies over them had them
   * put off.
   */
  void close() {
    closed = true;
    unpacker.close();
  }

  private Regions.Visitor whileOpen(Regions.Visitor visitor) {
    return (offset, bytes, wanted) -> closed ? bytes.limit() : visitor.visit(offset, bytes, wanted);
  }

  private int visitStart(long at, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      lost |= bytes.limit() > 0; // the end of the file is an end of the records, too
      return bytes.limit();
    }
    ByteBuffer fields = bytes.order(ByteOrder.LITTLE_ENDIAN);
    long value = fields.getLong(0);
    long size = Integer.toUnsignedLong(fields.getInt(8));
    if (size > 0) {
      visitGrain(at, value, size);
    } else {
      wantMarkerType(at, value);
    }
    return wanted;
  }

  private void wantMarkerType(long at, long sectors) throws ImageRefusedException {
    regions.want(
        at + GRAIN_MARKER,
        Integer.BYTES,
        whileOpen((offset, bytes, wanted) -> {
          if (bytes.limit() == wanted) {
            visitMarker(at, sectors, bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(0));
          } else {
            lost = true;
          }
          return bytes.limit();
        }));
  }

  private void visitGrain(long at, long lba, long size) throws ImageRefusedException {
    if (lba < 0 || lba >= header.capacity() || lba % header.grain() != 0) {
      lost = true;
      return;
    }
    unpacker.begin(at + GRAIN_MARKER);
    Pages.want(
        regions,
        at + GRAIN_MARKER,
        size,
        whileOpen((offset, bytes, wanted) -> {
          if (bytes.limit() < wanted) {
            lost = true;
            return bytes.limit();
          }
          unpacker.add(bytes);
          if (offset + wanted == at + GRAIN_MARKER + size) {
            endGrain(at / SECTOR, lba);
            want(Math.ceilDiv(offset + wanted, SECTOR) * SECTOR);
          }
          return wanted;
        }));
  }

  private void endGrain(long sector, long lba) throws ImageRefusedException {
    unpacker.end(header.visibleLength(lba));
    ledger.recorded(VmdkLedger.Kind.GRAIN, sector, lba);
    lastSector = sector;
    lastLba = lba;
  }

  private void visitMarker(long at, long sectors, int type) throws ImageRefusedException {
    if (sectors < 0 || sectors > MAX_MARKED) {
      lost = true;
      return;
    }
    long content = at + SECTOR;
    long next = content + sectors * SECTOR;
    switch (type) {
      case END_OF_STREAM -> endOfStream = at;
      case GRAIN_TABLE -> wantTable(content, next);
      case GRAIN_DIRECTORY -> wantDirectory(content, next);
      case FOOTER -> wantEnd(next);
      default -> lost = true;
    }
  }

  /** Behind the footer there is one thing that may follow. */
  private void wantEnd(long at) throws ImageRefusedException {
    regions.want(
        at,
        GRAIN_MARKER + Integer.BYTES,
        whileOpen((offset, bytes, wanted) -> {
          if (bytes.limit() == wanted && bytes.getLong(0) == 0 && bytes.getLong(8) == 0) {
            endOfStream = at;
          } else {
            lost = true;
          }
          return bytes.limit();
        }));
  }

  private void wantTable(long content, long next) throws ImageRefusedException {
    if (header.tableLength() > next - content) {
      lost = true;
      return;
    }
    regions.want(
        content,
        header.tableLength(),
        whileOpen((offset, bytes, wanted) -> {
          if (bytes.limit() == wanted) {
            visitTable(offset / SECTOR, bytes.order(ByteOrder.LITTLE_ENDIAN));
            want(next);
          } else {
            lost = true;
          }
          return bytes.limit();
        }));
  }

  /** The table must name the grain before it, which tells what part of the disk it is for. */
  private void visitTable(long sector, ByteBuffer slots) {
    int last = 0;
    while (last < header.entries() && VmdkHeader.slot(slots, last) != lastSector) {
      last++;
    }
    long lba = lastLba - last * header.grain();
    if (last == header.entries() || lba < 0 || lba % header.tableSpan() != 0) {
      lost = true;
      return;
    }
    ledger.recorded(VmdkLedger.Kind.TABLE, sector, lba);
    nameGrains(lba, slots, (int) header.entries());
  }

  /** Puts a table's entries into the ledger. */
  void nameGrains(long lba, ByteBuffer slots, int count) {
    for (int i = 0; i < count; i++) {
      long sector = VmdkHeader.slot(slots, i);
      if (!header.readsZeros(sector)) {
        ledger.named(VmdkLedger.Kind.GRAIN, sector, lba + i * header.grain());
      }
    }
  }

  private void wantDirectory(long content, long next) throws ImageRefusedException {
    if (directorySector >= 0 || header.directoryLength() > next - content) {
      lost = true;
      return;
    }
    directorySector = content / SECTOR;
    Pages.want(
        regions,
        content,
        header.directoryLength(),
        whileOpen((offset, bytes, wanted) -> {
          if (bytes.limit() < wanted) {
            lost = true;
            return bytes.limit();
          }
          visitDirectory((offset - content) / Integer.BYTES, bytes.order(ByteOrder.LITTLE_ENDIAN));
          if (offset + wanted == content + header.directoryLength()) {
            want(next);
          }
          return wanted;
        }));
  }

  private void visitDirectory(long firstIndex, ByteBuffer page) {
    for (int i = 0; i < page.limit() / Integer.BYTES; i++) {
      long sector = VmdkHeader.slot(page, i);
      if (sector != 0) {
        ledger.named(VmdkLedger.Kind.TABLE, sector, (firstIndex + i) * header.tableSpan());
      }
    }
  }
}
