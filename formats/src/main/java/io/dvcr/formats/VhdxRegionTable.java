package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first region table of a VHDX, checked (MS-VHDX 2.2.3). QEMU reads the first one only.
 *
 * @param bat the block allocation table
 * @param metadata the metadata region
 * @param reserved all that no block may lie in: header section, log and every region, in the order
 *     of the file and without overlaps
 */
record VhdxRegionTable(VhdxRegion bat, VhdxRegion metadata, List<VhdxRegion> reserved) {
  /** Where the table lies. */
  static final int OFFSET = 192 << 10;

  /** Bytes of the table. */
  static final int LENGTH = 64 << 10;

  private static final byte[] SIGNATURE = "regi".getBytes(ISO_8859_1);
  private static final int HEADER = 16;
  private static final int ENTRY = 32;

  /** As many as fit into the table (MS-VHDX 2.2.3.1). */
  private static final long MAX_ENTRIES = 2047;

  private static final int REQUIRED = 1;

  private static final UUID BAT = UUID.fromString("2DC27766-F623-4200-9D64-115E9BFD4A08");
  private static final UUID METADATA = UUID.fromString("8B7CA206-4790-4B9A-B8FE-575F050F886E");

  VhdxRegionTable {
    reserved = List.copyOf(reserved);
  }

  /**
   * The table.
   *
   * @param table its {@link #LENGTH} bytes
   * @param log where the header puts the log
   */
  static VhdxRegionTable parse(byte[] table, VhdxRegion log) throws ImageRefusedException {
    ByteBuffer fields = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(table, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
        || !VhdxHeader.checksumValid(table)) {
      throw refused("RegionTable", 0, "the VHDX region table has a wrong signature or checksum");
    }
    long count = Integer.toUnsignedLong(fields.getInt(8));
    if (count > MAX_ENTRIES) {
      throw refused(
          "EntryCount", 8, "the VHDX region table has %d entries, more than 2047".formatted(count));
    }
    VhdxRegion bat = null;
    VhdxRegion metadata = null;
    List<VhdxRegion> reserved = new ArrayList<>(List.of(VhdxRegion.HEADERS, log));
    for (int i = 0; i < count; i++) {
      int at = HEADER + i * ENTRY;
      UUID guid = VhdxGuid.read(fields, at);
      VhdxRegion region = region(fields, at, guid);
      reserved.add(region);
      if (guid.equals(BAT)) {
        requireFirst(bat, region, at);
        bat = region;
      } else if (guid.equals(METADATA)) {
        requireFirst(metadata, region, at);
        metadata = region;
      }
    }
    if (bat == null || metadata == null) {
      throw refused("RegionTable", HEADER, "the VHDX has no BAT or no metadata region");
    }
    return new VhdxRegionTable(bat, metadata, disjoint(reserved));
  }

  private static VhdxRegion region(ByteBuffer fields, int at, UUID guid)
      throws ImageRefusedException {
    boolean required = (fields.getInt(at + 28) & REQUIRED) != 0;
    boolean known = guid.equals(BAT) || guid.equals(METADATA);
    if (required && !known) {
      throw refused("Guid", at, "the VHDX has an unknown region that is required, " + guid);
    }
    String name = guid.equals(BAT) ? "BAT" : known ? "metadata region" : "region " + guid;
    return VhdxRegion.of(
        name,
        fields.getLong(at + 16),
        Integer.toUnsignedLong(fields.getInt(at + 24)),
        OFFSET + at + 16L);
  }

  private static void requireFirst(@Nullable VhdxRegion earlier, VhdxRegion region, int at)
      throws ImageRefusedException {
    if (earlier != null) {
      throw refused("Guid", at, "the VHDX has a second " + region.name());
    }
  }

  private static List<VhdxRegion> disjoint(List<VhdxRegion> regions) throws ImageRefusedException {
    List<VhdxRegion> sorted = new ArrayList<>(regions);
    sorted.removeIf(region -> region.length() == 0);
    sorted.sort(Comparator.comparingLong(VhdxRegion::offset));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).overlaps(sorted.get(i - 1))) {
        throw refused(
            "RegionTable",
            HEADER,
            "the VHDX %s overlaps its %s"
                .formatted(sorted.get(i).name(), sorted.get(i - 1).name()));
      }
    }
    return sorted;
  }

  private static ImageRefusedException refused(String field, int at, String message) {
    return new ImageRefusedException(Rule.X2, field, OFFSET + (long) at, message);
  }
}
