package io.dvcr.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * An ISO 9660 or UDF file. The guest sees the file as it is, so its virtual size is its length; the
 * size that the volume states only tells whether the file was cut (rule I1).
 */
final class IsoInspector implements FormatInspector {
  /**
   * Writers count a run-out of 150 sectors that some then do not write (the post-gap of a CD track,
   * ECMA-130, 20).
   */
  private static final long RUN_OUT = 150 * 2048;

  private final PartitionTables partitions;
  private final VolumeDescriptors descriptors;
  private final List<String> notes = new ArrayList<>();

  IsoInspector(Head head, Regions regions) throws ImageRefusedException {
    partitions = PartitionTables.in(head);
    descriptors = new VolumeDescriptors(regions);
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.ISO;
  }

  @Override
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.empty();
  }

  @Override
  public long virtualSize(long fileLength) throws ImageRefusedException {
    long missing = descriptors.volumeBytes() - fileLength;
    if (missing > RUN_OUT) {
      throw new ImageRefusedException(
          Rule.I1,
          "volume space size",
          VolumeDescriptors.START + 80,
          "the volume has "
              + descriptors.volumeBytes()
              + " bytes by its descriptor, the file only "
              + fileLength);
    }
    if (missing > 0) {
      notes.add("the last " + missing + " bytes of the volume are missing");
    }
    partitions.addNames(notes);
    return fileLength;
  }

  @Override
  public List<String> notes() {
    return notes;
  }
}
