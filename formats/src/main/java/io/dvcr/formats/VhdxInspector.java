package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A VHDX: both headers, then the region table, then log, metadata and block allocation table
 * wherever they lie. Holds at most 2 MiB, see {@link VhdxBat}.
 */
final class VhdxInspector implements FormatInspector {
  private final Regions regions;
  private final Map<VhdxMetadataTable.Item, Long> items =
      new EnumMap<>(VhdxMetadataTable.Item.class);
  private byte[] firstHeader = new byte[0];
  private @Nullable VhdxBat bat;
  private @Nullable VhdxGeometry geometry;

  VhdxInspector(Regions regions) throws ImageRefusedException {
    this.regions = regions;
    regions.walk(this::begin);
  }

  private void begin() throws ImageRefusedException {
    regions.want(
        VhdxHeader.FIRST,
        VhdxHeader.LENGTH,
        (offset, bytes, wanted) -> {
          firstHeader = whole("header", offset, bytes, wanted);
          return wanted;
        });
    regions.want(VhdxHeader.SECOND, VhdxHeader.LENGTH, this::visitSecondHeader);
  }

  private int visitSecondHeader(long offset, ByteBuffer bytes, int wanted)
      throws ImageRefusedException {
    VhdxHeader header = VhdxHeader.current(firstHeader, whole("header", offset, bytes, wanted));
    regions.want(
        VhdxRegionTable.OFFSET,
        VhdxRegionTable.LENGTH,
        (at, table, length) -> visitRegionTable(at, table, length, header));
    return wanted;
  }

  private int visitRegionTable(long offset, ByteBuffer bytes, int wanted, VhdxHeader header)
      throws ImageRefusedException {
    VhdxRegionTable table =
        VhdxRegionTable.parse(whole("region table", offset, bytes, wanted), header.log());
    VhdxLog.want(regions, header);
    VhdxBat entries = new VhdxBat(regions, table);
    bat = entries;
    if (table.bat().offset() < table.metadata().offset()) {
      entries.hold();
    }
    regions.want(
        table.metadata().offset(),
        VhdxMetadataTable.LENGTH,
        (at, metadata, length) -> visitMetadata(at, metadata, length, table, entries));
    return wanted;
  }

  private int visitMetadata(
      long offset, ByteBuffer bytes, int wanted, VhdxRegionTable table, VhdxBat entries)
      throws ImageRefusedException {
    VhdxMetadataTable metadata =
        VhdxMetadataTable.parse(whole("metadata", offset, bytes, wanted), table.metadata());
    for (VhdxMetadataTable.Item item : VhdxMetadataTable.Item.values()) {
      regions.want(
          metadata.position(item),
          item.length(),
          (at, content, length) -> {
            requireWhole("metadata", at, content, length);
            items.put(item, number(content));
            if (items.size() == VhdxMetadataTable.Item.values().length) {
              geometry = VhdxGeometry.parse(items, metadata, table.bat());
              entries.check(geometry);
            }
            return length;
          });
    }
    return wanted;
  }

  /** The first u64, or the u32 if there is no more. */
  private static long number(ByteBuffer content) {
    ByteBuffer fields = content.order(ByteOrder.LITTLE_ENDIAN);
    return fields.limit() < Long.BYTES
        ? Integer.toUnsignedLong(fields.getInt(0))
        : fields.getLong(0);
  }

  private static byte[] whole(String what, long offset, ByteBuffer bytes, int wanted)
      throws ImageRefusedException {
    requireWhole(what, offset, bytes, wanted);
    byte[] copy = new byte[wanted];
    bytes.get(0, copy);
    return copy;
  }

  /** Refuses a region that the end of the file cuts. */
  static void requireWhole(String what, long offset, ByteBuffer bytes, int wanted)
      throws ImageRefusedException {
    if (bytes.limit() < wanted) {
      throw new ImageRefusedException(
          Rule.X5, what, offset, "the VHDX ends before its %s at %d does".formatted(what, offset));
    }
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VHDX;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return geometry == null ? OptionalLong.empty() : OptionalLong.of(geometry.virtualSize());
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    if (bat == null || geometry == null) {
      throw new IllegalStateException("every region that leads to the metadata was visited");
    }
    bat.end(fileLength);
    return geometry.virtualSize();
  }
}
