package io.dvcr.formats;

import java.util.List;

/**
 * What an image that was accepted turned out to be.
 *
 * @param format its disk format
 * @param virtualSize bytes the guest sees
 * @param fileLength bytes of the unpacked file
 * @param notes what a user may want to know and no rule forbids, each a short phrase such as {@code
 *     "GPT partition table"}
 */
public record DiskImage(DiskFormat format, long virtualSize, long fileLength, List<String> notes) {
  public DiskImage {
    notes = List.copyOf(notes);
  }
}
