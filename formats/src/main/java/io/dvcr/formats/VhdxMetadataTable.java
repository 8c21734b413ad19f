package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/**
 * The table at the start of a VHDX file's metadata region, checked: it tells where the items lie
 * (MS-VHDX 2.6.1).
 *
 * @param positions of the items, in bytes from the start of the file; all are there
 */
record VhdxMetadataTable(Map<Item, Long> positions) {
  /** Bytes of the table. */
  static final int LENGTH = 64 << 10;

  private static final byte[] SIGNATURE = "metadata".getBytes(ISO_8859_1);
  private static final int ENTRY = 32;

  /** As many as fit into the table (MS-VHDX 2.6.1.1). */
  private static final int MAX_ENTRIES = 2047;

  private static final int REQUIRED = 1 << 2;

  private static final UUID PARENT_LOCATOR =
      UUID.fromString("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");

  /** The items that each file must have (MS-VHDX 2.6.2; QEMU block/vhdx.c). */
  enum Item {
    FILE_PARAMETERS("CAA16737-FA36-4D43-B3B6-33F0AA44E76B", 8),
    VIRTUAL_DISK_SIZE("2FA54224-CD1B-4876-B211-5DBED83BF4B8", 8),
    VIRTUAL_DISK_ID("BECA12AB-B2E6-4523-93EF-C309E000C746", 16),
    LOGICAL_SECTOR_SIZE("8141BF1D-A96F-4709-BA47-F233A8FAAB5F", 4),
    PHYSICAL_SECTOR_SIZE("CDA348C7-445D-4471-9CC9-E9885251C556", 4);

    private final UUID guid;
    private final int length;

    Item(String guid, int length) {
      this.guid = UUID.fromString(guid);
      this.length = length;
    }

    /** Bytes of the item. */
    int length() {
      return length;
    }
  }

  VhdxMetadataTable {
    positions = Map.copyOf(positions);
  }

  /** The table in the first {@link #LENGTH} bytes of {@code region}. */
  static VhdxMetadataTable parse(byte[] table, VhdxRegion region) throws ImageRefusedException {
    ByteBuffer fields = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(table, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw new ImageRefusedException(
          Rule.X3,
          "Signature",
          region.offset(),
          "the VHDX metadata region does not start with its signature");
    }
    int count = Short.toUnsignedInt(fields.getShort(10));
    if (count > MAX_ENTRIES) {
      throw new ImageRefusedException(
          Rule.X3,
          "EntryCount",
          region.offset() + 10,
          "the VHDX metadata table has %d entries, more than 2047".formatted(count));
    }
    Map<Item, Long> positions = new EnumMap<>(Item.class);
    for (int i = 1; i <= count; i++) {
      addEntry(fields, i * ENTRY, region, positions);
    }
    for (Item item : Item.values()) {
      if (!positions.containsKey(item)) {
        throw new ImageRefusedException(
            Rule.X3, "MetadataTable", region.offset(), "the VHDX has no metadata item " + item);
      }
    }
    return new VhdxMetadataTable(positions);
  }

  private static void addEntry(
      ByteBuffer fields, int at, VhdxRegion region, Map<Item, Long> positions)
      throws ImageRefusedException {
    UUID guid = VhdxGuid.read(fields, at);
    if (guid.equals(PARENT_LOCATOR)) {
      throw new ImageRefusedException(
          Rule.X1, "ItemId", region.offset() + at, "the VHDX names a parent disk");
    }
    for (Item item : Item.values()) {
      if (guid.equals(item.guid)) {
        long position = position(fields, at, region, item);
        if (positions.putIfAbsent(item, position) != null) {
          throw new ImageRefusedException(
              Rule.X3,
              "ItemId",
              region.offset() + at,
              "the VHDX has metadata item %s twice".formatted(item));
        }
        return;
      }
    }
    if ((fields.getInt(at + 24) & REQUIRED) != 0) {
      throw new ImageRefusedException(
          Rule.X3,
          "ItemId",
          region.offset() + at,
          "the VHDX has an unknown metadata item that is required, " + guid);
    }
  }

  private static long position(ByteBuffer fields, int at, VhdxRegion region, Item item)
      throws ImageRefusedException {
    long offset = Integer.toUnsignedLong(fields.getInt(at + 16));
    long length = Integer.toUnsignedLong(fields.getInt(at + 20));
    if (offset < LENGTH || length < item.length || offset + length > region.length()) {
      throw new ImageRefusedException(
          Rule.X3,
          "Offset",
          region.offset() + at + 16,
          "the VHDX metadata item %s, %d bytes at %d, is too short or not inside its region"
              .formatted(item, length, offset));
    }
    return region.offset() + offset;
  }

  /** Where {@code item} lies, in bytes from the start of the file. */
  long position(Item item) {
    Long position = positions.get(item);
    if (position == null) {
      throw new IllegalStateException("parse() lets no table without " + item + " pass");
    }
    return position;
  }
}
