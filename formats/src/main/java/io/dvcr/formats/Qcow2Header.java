package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * A header of qcow2 that breaks no rule (QEMU docs/interop/qcow2.txt, "Header"). All numbers of the
 * file are big-endian and unsigned.
 *
 * @param version 2 or 3
 * @param clusterBits a cluster has 2 to the power of this many bytes: 9 to 21
 * @param size the size field, bytes
 * @param l1Entries entries of the active L1 table
 * @param l1Offset where that table starts
 * @param snapshots internal snapshots, which are carried along and never read
 * @param snapshotsOffset where their table starts
 * @param features what a reader has to know; nothing in version 2
 * @param length bytes of the header: where the extensions start
 */
record Qcow2Header(
    int version,
    int clusterBits,
    long size,
    int l1Entries,
    long l1Offset,
    long snapshots,
    long snapshotsOffset,
    Qcow2Features features,
    int length) {
  private static final int V2_LENGTH = 72;
  private static final int V3_LENGTH = 104;

  private static final int VERSION = 4;
  private static final int BACKING_FILE_OFFSET = 8;
  private static final int BACKING_FILE_SIZE = 16;
  private static final int CLUSTER_BITS = 20;
  private static final int SIZE = 24;
  private static final int CRYPT_METHOD = 32;
  private static final int L1_SIZE = 36;
  private static final int L1_TABLE_OFFSET = 40;
  private static final int REFCOUNT_TABLE_OFFSET = 48;
  private static final int REFCOUNT_TABLE_CLUSTERS = 56;
  private static final int NB_SNAPSHOTS = 60;
  private static final int SNAPSHOTS_OFFSET = 64;
  private static final int REFCOUNT_ORDER = 96;
  private static final int HEADER_LENGTH = 100;

  /**
   * Smallest and largest cluster: 512 bytes and 2 MiB (QEMU block/qcow2.h, MIN/MAX_CLUSTER_BITS).
   */
  private static final int LEAST_CLUSTER_BITS = 9;

  private static final int MOST_CLUSTER_BITS = 21;

  /** A subcluster, 1/32 of a cluster, has at least 512 bytes. */
  private static final int LEAST_EXTENDED_L2_BITS = 14;

  /** 32 MiB of entries (QEMU block/qcow2.h, QCOW_MAX_L1_SIZE). */
  private static final long MOST_L1_ENTRIES = (32 << 20) / 8;

  /** 8 MiB (QEMU block/qcow2.h, QCOW_MAX_REFTABLE_SIZE). */
  private static final long MOST_REFCOUNT_TABLE_BYTES = 8 << 20;

  /** QEMU block/qcow2.h, QCOW_MAX_SNAPSHOTS. */
  private static final long MOST_SNAPSHOTS = 65536;

  /** Refcounts have 2 to the power of at most this many bits. */
  private static final int MOST_REFCOUNT_ORDER = 6;

  /**
   * Reads the header and refuses what breaks rules Q1 to Q13 in it; what leads outside the file
   * comes before what is merely unsupported or malformed.
   */
  static Qcow2Header read(Head head) throws ImageRefusedException {
    ByteBuffer bytes = head.buffer();
    int version = version(bytes);
    requireLength(bytes, version == 2 ? V2_LENGTH : V3_LENGTH);
    refuseBackingFile(bytes);
    Qcow2Features features = version == 2 ? Qcow2Features.NONE : Qcow2Features.read(bytes);
    refuseEncryption(bytes);
    int clusterBits = clusterBits(bytes, features.extendedL2());
    int length = version == 2 ? V2_LENGTH : headerLength(bytes, clusterBits);
    requireLength(bytes, Math.min(length, Head.LENGTH));
    if (version == 3) {
      features.check(head, length);
    }
    Qcow2Header header =
        new Qcow2Header(
            version,
            clusterBits,
            bytes.getLong(SIZE),
            l1Entries(bytes),
            bytes.getLong(L1_TABLE_OFFSET),
            Integer.toUnsignedLong(bytes.getInt(NB_SNAPSHOTS)),
            bytes.getLong(SNAPSHOTS_OFFSET),
            features,
            length);
    header.checkL1();
    header.checkRefcounts(bytes);
    header.checkSnapshots();
    return header;
  }

  long clusterSize() {
    return 1L << clusterBits;
  }

  /** Rounded down to sectors, as QEMU does. */
  long virtualSize() {
    return size & -512;
  }

  /** Bytes of the L1 table. */
  long l1Bytes() {
    return l1Entries * 8L;
  }

  /** The image ends before the end of its L1 table. */
  ImageRefusedException l1Cut(long fileLength) {
    Rule rule = l1Offset >= fileLength ? Rule.Q9 : Rule.Q13;
    return refused(
        rule,
        "l1_table_offset",
        L1_TABLE_OFFSET,
        "the L1 table ends at byte " + (l1Offset + l1Bytes()) + ", the file at " + fileLength);
  }

  private static int version(ByteBuffer bytes) throws ImageRefusedException {
    requireLength(bytes, VERSION + 4);
    int version = bytes.getInt(VERSION);
    if (version != 2 && version != 3) {
      String number = Integer.toUnsignedString(version);
      throw refused(Rule.Q6, "version", VERSION, "qcow version " + number + ", not 2 or 3");
    }
    return version;
  }

  private static void requireLength(ByteBuffer bytes, int length) throws ImageRefusedException {
    if (bytes.limit() < length) {
      throw refused(
          Rule.Q13,
          "header",
          bytes.limit(),
          "the file ends at byte " + bytes.limit() + ", inside the header");
    }
  }

  private static void refuseBackingFile(ByteBuffer bytes) throws ImageRefusedException {
    long offset = bytes.getLong(BACKING_FILE_OFFSET);
    if (offset != 0) {
      String name = "";
      if (offset > 0 && offset < bytes.limit()) {
        int length = Math.clamp(bytes.getInt(BACKING_FILE_SIZE), 0, Head.LENGTH);
        name = Printable.text(bytes, (int) offset, length);
      }
      throw refused(
          Rule.Q1,
          "backing_file_offset",
          BACKING_FILE_OFFSET,
          "the image needs a backing file" + shownName(name));
    }
  }

  /** A name with a user or with options may hold a secret: it is not shown. */
  private static String shownName(String name) {
    boolean secret = name.isEmpty() || name.contains("@") || name.startsWith("json:");
    return secret ? "" : ": '" + name + "'";
  }

  private static void refuseEncryption(ByteBuffer bytes) throws ImageRefusedException {
    int method = bytes.getInt(CRYPT_METHOD);
    if (method != 0) {
      String name =
          switch (method) {
            case 1 -> "AES";
            case 2 -> "LUKS";
            default -> "method " + Integer.toUnsignedString(method);
          };
      throw refused(Rule.Q7, "crypt_method", CRYPT_METHOD, "the image is encrypted with " + name);
    }
  }

  private static int clusterBits(ByteBuffer bytes, boolean extended) throws ImageRefusedException {
    int bits = bytes.getInt(CLUSTER_BITS);
    int least = extended ? LEAST_EXTENDED_L2_BITS : LEAST_CLUSTER_BITS;
    if (bits < least || bits > MOST_CLUSTER_BITS) {
      throw refused(
          Rule.Q8,
          "cluster_bits",
          CLUSTER_BITS,
          Integer.toUnsignedString(bits)
              + (extended ? " cluster bits with extended L2 entries" : " cluster bits")
              + ", not "
              + least
              + " to "
              + MOST_CLUSTER_BITS);
    }
    return bits;
  }

  private static int headerLength(ByteBuffer bytes, int clusterBits) throws ImageRefusedException {
    int length = bytes.getInt(HEADER_LENGTH);
    if (length < V3_LENGTH || length > 1 << clusterBits) {
      throw refused(
          Rule.Q10,
          "header_length",
          HEADER_LENGTH,
          "a header of " + Integer.toUnsignedString(length) + " bytes, not 104 to one cluster");
    }
    return length;
  }

  private static int l1Entries(ByteBuffer bytes) throws ImageRefusedException {
    long entries = Integer.toUnsignedLong(bytes.getInt(L1_SIZE));
    if (entries > MOST_L1_ENTRIES) {
      throw refused(
          Rule.Q9, "l1_size", L1_SIZE, "an L1 table of " + entries + " entries, above 4194304");
    }
    return (int) entries;
  }

  private void checkL1() throws ImageRefusedException {
    int entryBits = features.extendedL2() ? 4 : 3;
    int bitsPerEntry = 2 * clusterBits - entryBits; // guest bytes of one L1 entry, as a power of 2
    long needed = (size >>> bitsPerEntry) + ((size & ((1L << bitsPerEntry) - 1)) == 0 ? 0 : 1);
    if (needed > l1Entries) {
      throw refused(
          Rule.Q9,
          "l1_size",
          L1_SIZE,
          "an L1 table of "
              + l1Entries
              + " entries, but a disk of "
              + Long.toUnsignedString(size)
              + " bytes needs "
              + needed);
    }
    checkTable(Rule.Q9, "l1_table_offset", L1_TABLE_OFFSET, l1Offset, l1Bytes());
  }

  private void checkRefcounts(ByteBuffer bytes) throws ImageRefusedException {
    if (version == 3
        && Integer.compareUnsigned(bytes.getInt(REFCOUNT_ORDER), MOST_REFCOUNT_ORDER) > 0) {
      throw refused(
          Rule.Q11,
          "refcount_order",
          REFCOUNT_ORDER,
          "refcount order "
              + Integer.toUnsignedString(bytes.getInt(REFCOUNT_ORDER))
              + ", above "
              + MOST_REFCOUNT_ORDER);
    }
    long clusters = Integer.toUnsignedLong(bytes.getInt(REFCOUNT_TABLE_CLUSTERS));
    long tableBytes = clusters << clusterBits;
    if (clusters == 0 || tableBytes > MOST_REFCOUNT_TABLE_BYTES) {
      throw refused(
          Rule.Q11,
          "refcount_table_clusters",
          REFCOUNT_TABLE_CLUSTERS,
          clusters == 0
              ? "the image has no refcount table"
              : "a refcount table of " + tableBytes + " bytes, above 8 MiB");
    }
    checkTable(
        Rule.Q11,
        "refcount_table_offset",
        REFCOUNT_TABLE_OFFSET,
        bytes.getLong(REFCOUNT_TABLE_OFFSET),
        tableBytes);
  }

  private void checkSnapshots() throws ImageRefusedException {
    if (snapshots > MOST_SNAPSHOTS) {
      throw refused(
          Rule.Q12,
          "nb_snapshots",
          NB_SNAPSHOTS,
          snapshots + " snapshots, above " + MOST_SNAPSHOTS);
    }
    // QEMU looks at it even if there are none.
    checkTable(Rule.Q12, "snapshots_offset", SNAPSHOTS_OFFSET, snapshotsOffset, 0);
  }

  private void checkTable(Rule rule, String field, int at, long offset, long length)
      throws ImageRefusedException {
    if (offset < 0 || offset > Long.MAX_VALUE - length || offset % clusterSize() != 0) {
      throw refused(
          rule,
          field,
          at,
          "a table at byte "
              + Long.toUnsignedString(offset)
              + ", not at the start of a cluster of "
              + clusterSize()
              + " bytes");
    }
  }

  private static ImageRefusedException refused(Rule rule, String field, long at, String message) {
    return new ImageRefusedException(rule, field, at, message);
  }
}
