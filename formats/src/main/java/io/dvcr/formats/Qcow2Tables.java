package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * The tables that lead a reader of a qcow2 image from the guest's clusters to the file's (QEMU
 * docs/interop/qcow2.txt, "Cluster mapping"): the active L1 table names L2 tables, they name
 * clusters. Every entry is checked; of the clusters only compressed ones are looked at.
 */
final class Qcow2Tables {
  private static final long OFFSET_MASK = 0x00FF_FFFF_FFFF_FE00L;
  private static final long COMPRESSED = 1L << 62;
  private static final long READS_AS_ZEROS = 1;

  private static final int SECTOR = 512;

  private final Qcow2Header header;
  private final Regions regions;
  private final Qcow2Cluster cluster;
  private final int entrySize;
  private final int l2Page;

  /** Where the cluster starts whose rest is kept; none is at first. */
  private long lastPacked = -1;

  private final Furthest data = new Furthest();
  private final Regions.Visitor l1Visitor = this::visitL1;
  private final Regions.Visitor l2Visitor = this::visitL2;
  private final Regions.Visitor clusterVisitor;

  Qcow2Tables(Qcow2Header header, Regions regions) {
    this.header = header;
    this.regions = regions;
    this.cluster = new Qcow2Cluster(header.features().usesZstd(), (int) header.clusterSize());
    this.clusterVisitor = this::visitCompressed;
    this.entrySize = header.features().extendedL2() ? 16 : 8;
    this.l2Page = (int) Math.min(Regions.PAGE, header.clusterSize());
  }

  /** Wants all there is to see. */
  void want() throws ImageRefusedException {
    wantL1(header.l1Offset());
  }

  /** Refuses a cluster that starts outside the file, now that its length is known. */
  void checkData(long fileLength) throws ImageRefusedException {
    if (data.isOutside(fileLength)) {
      throw new ImageRefusedException(
          Rule.Q14,
          "cluster offset",
          data.from(),
          "a cluster at byte " + (data.end() - 1) + " of a file of " + fileLength + " bytes");
    }
  }

  private void wantL1(long offset) throws ImageRefusedException {
    long left = header.l1Offset() + header.l1Bytes() - offset;
    if (left > 0) {
      regions.want(offset, (int) Math.min(left, Regions.PAGE), l1Visitor);
    }
  }

  private int visitL1(long offset, ByteBuffer page, int wanted) throws ImageRefusedException {
    if (page.limit() < wanted) {
      throw header.l1Cut(offset + page.limit());
    }
    for (int at = 0; at < wanted; at += 8) {
      long table = page.getLong(at) & OFFSET_MASK;
      if (table != 0) {
        requireAligned("L2 table offset", table, offset + at);
        regions.want(table, l2Page, l2Visitor);
      }
    }
    wantL1(offset + wanted);
    return wanted;
  }

  private int visitL2(long offset, ByteBuffer page, int wanted) throws ImageRefusedException {
    if (page.limit() < wanted) {
      throw new ImageRefusedException(
          Rule.Q14, "L2 table", offset, "an L2 table lies outside the file or is cut by its end");
    }
    for (int at = 0; at < wanted; at += entrySize) {
      long entry = page.getLong(at);
      if (entry != 0 || entrySize == 16) {
        long bitmap = entrySize == 16 ? page.getLong(at + 8) : 0;
        visitEntry(entry, bitmap, offset + at);
      }
    }
    if ((offset + wanted) % header.clusterSize() != 0) {
      regions.want(offset + wanted, l2Page, l2Visitor);
    }
    return wanted;
  }

  private void visitEntry(long entry, long bitmap, long at) throws ImageRefusedException {
    if ((entry & COMPRESSED) != 0) {
      wantCompressed(entry);
      return;
    }
    long host = entry & OFFSET_MASK;
    requireAligned("cluster offset", host, at);
    if (entrySize == 16 ? isAllocated(host, bitmap, at) : isAllocated(entry, at)) {
      data.note(host + 1, at);
    }
  }

  /** "Standard Cluster Descriptor": bit 0 makes version 3 read zeros whatever the offset is. */
  private boolean isAllocated(long entry, long at) throws ImageRefusedException {
    boolean zeros = (entry & READS_AS_ZEROS) != 0;
    if (zeros && header.version() == 2) {
      throw new ImageRefusedException(
          Rule.Q14, "L2 entry", at, "an L2 entry of version 2 has bit 0 set, which is version 3's");
    }
    return !zeros && (entry & OFFSET_MASK) != 0;
  }

  /** "Extended L2 Entries": the low half says which subclusters are there, the high which zero. */
  private static boolean isAllocated(long host, long bitmap, long at) throws ImageRefusedException {
    long allocated = bitmap & 0xFFFF_FFFFL;
    if ((allocated & bitmap >>> 32) != 0 || (host == 0 && allocated != 0)) {
      throw new ImageRefusedException(
          Rule.Q14, "subcluster bitmap", at + 8, "the subcluster bitmap contradicts its L2 entry");
    }
    return allocated != 0;
  }

  /** "Compressed Clusters Descriptor": a byte offset below, further sectors above. */
  private void wantCompressed(long entry) throws ImageRefusedException {
    int offsetBits = 62 - (header.clusterBits() - 8);
    long offset = entry & ((1L << offsetBits) - 1);
    long sectors = (entry & (COMPRESSED - 1)) >>> offsetBits;
    int length = (int) ((sectors + 1) * SECTOR - offset % SECTOR);
    regions.want(offset, length, clusterVisitor);
  }

  private int visitCompressed(long offset, ByteBuffer packed, int wanted)
      throws ImageRefusedException {
    int used = cluster.unpack(offset, packed);
    keepRest(offset + used);
    return used;
  }

  /**
   * Keeps what a cluster of packed bytes has behind {@code end}. QEMU goes on filling it when it
   * has come to another L2 table, which then lies behind what it names.
   */
  private void keepRest(long end) {
    long ofCluster = end & -header.clusterSize();
    if (end != ofCluster && ofCluster != lastPacked) {
      lastPacked = ofCluster;
      regions.keep(end, (int) (ofCluster + header.clusterSize() - end));
    }
  }

  private void requireAligned(String field, long offset, long at) throws ImageRefusedException {
    if (offset % header.clusterSize() != 0) {
      throw new ImageRefusedException(
          Rule.Q14, field, at, field + " " + offset + " is not the start of a cluster");
    }
  }
}
