package io.dvcr.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A raw disk: its bytes are the guest's, so its length is its virtual size and nothing is wrong.
 */
final class RawInspector implements FormatInspector {
  private final PartitionTables partitions;
  private final List<String> notes = new ArrayList<>();

  RawInspector(PartitionTables partitions) {
    this.partitions = partitions;
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.RAW;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.empty();
  }

  @Override
  public long virtualSize(long fileLength) {
    partitions.addNames(notes);
    partitions.addMissing(fileLength, notes);
    return fileLength;
  }

  @Override
  public List<String> notes() {
    return notes;
  }
}
