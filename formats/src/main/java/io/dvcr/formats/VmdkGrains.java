package io.dvcr.formats;

import static io.dvcr.formats.VmdkHeader.SECTOR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Follows the slots of grain tables to packed grains, and unpacks each. */
final class VmdkGrains implements VmdkTables.Table {
  private final Regions regions;
  private final VmdkHeader header;
  private final VmdkUnpacker unpacker;
  private final Regions.Visitor bare = this::visitBare;
  private final Regions.Visitor lastBare = this::visitLastBare;

  /** Where the grain ends that is being unpacked in pieces; 0 if none is. */
  private long unfinished;

  VmdkGrains(Regions regions, VmdkHeader header) {
    this.regions = regions;
    this.header = header;
    this.unpacker = new VmdkUnpacker(header);
  }

  void close() {
    unpacker.close();
  }

  @Override
  public void visit(long lba, long offset, ByteBuffer slots) throws ImageRefusedException {
    if (header.markers()) {
      visitMarked(lba, slots);
    } else {
      visitBare(lba, slots);
    }
  }

  private void visitMarked(long lba, ByteBuffer slots) throws ImageRefusedException {
    VmdkPlaces places = VmdkPlaces.in(slots, header::readsZeros);
    Marked marked = new Marked(lba, places);
    for (int i = 0; i < places.size(); i++) {
      regions.want(places.sector(i) * SECTOR, VmdkRecords.GRAIN_MARKER, marked);
    }
  }

  /** The grains of one table that have markers in front. */
  private final class Marked implements Regions.Visitor {
    private final long lba;
    private final VmdkPlaces places;

    Marked(long lba, VmdkPlaces places) {
      this.lba = lba;
      this.places = places;
    }

    @Override
    public int visit(long at, ByteBuffer bytes, int wanted) throws ImageRefusedException {
      requireInside(bytes.limit() == wanted, at);
      ByteBuffer marker = bytes.order(ByteOrder.LITTLE_ENDIAN);
      long found = marker.getLong(0);
      long sector = at / SECTOR;
      int place = places.first(sector);
      while (place < places.size() && places.sector(place) == sector) {
        requireLba(at, found, lba + places.index(place) * header.grain());
        place++;
      }
      unpack(at + wanted, Integer.toUnsignedLong(marker.getInt(8)), found);
      return wanted;
    }
  }

  private static void requireLba(long at, long found, long wanted) throws ImageRefusedException {
    if (found != wanted) {
      throw refused(
          at,
          "is for sector %s, but its table says %d"
              .formatted(Long.toUnsignedString(found), wanted));
    }
  }

  private void unpack(long at, long size, long lba) throws ImageRefusedException {
    if (size == 0 || unfinished > at) {
      throw refused(at, size == 0 ? "is empty" : "lies inside another one");
    }
    unfinished = at + size;
    unpacker.begin(at);
    Pages.want(
        regions,
        at,
        size,
        (offset, bytes, wanted) -> {
          requireInside(bytes.limit() == wanted, at);
          unpacker.add(bytes);
          if (offset + wanted == at + size) {
            unpacker.end(header.visibleLength(lba));
            unfinished = 0;
          }
          return wanted;
        });
  }

  /** Without markers the packed length is not told; QEMU reads up to two grains. */
  private void visitBare(long lba, ByteBuffer slots) throws ImageRefusedException {
    int length = (int) Math.min(2 * header.grainLength(), Regions.LARGEST);
    for (int i = 0; i < slots.limit() / Integer.BYTES; i++) {
      long sector = VmdkHeader.slot(slots, i);
      if (!header.readsZeros(sector)) {
        boolean last = lba + (i + 1) * header.grain() > header.capacity();
        regions.want(sector * SECTOR, length, last ? lastBare : bare);
      }
    }
  }

  private int visitBare(long at, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    return unpackBare(at, bytes, header.grainLength());
  }

  private int visitLastBare(long at, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    long lastLba = (header.capacity() - 1) / header.grain() * header.grain();
    return unpackBare(at, bytes, header.visibleLength(lastLba));
  }

  private int unpackBare(long at, ByteBuffer bytes, long visible) throws ImageRefusedException {
    requireInside(bytes.hasRemaining(), at);
    unpacker.begin(at);
    unpacker.add(bytes);
    unpacker.end(visible);
    return bytes.position();
  }

  private static void requireInside(boolean inside, long at) throws ImageRefusedException {
    if (!inside) {
      throw new ImageRefusedException(
          Rule.V10, "grain", at, "a grain of the VMDK at %d is not inside the file".formatted(at));
    }
  }

  private static ImageRefusedException refused(long at, String what) {
    return new ImageRefusedException(Rule.V13, "grain", at, "a grain of the VMDK " + what);
  }
}
