package io.dvcr.formats;

import java.util.List;
import java.util.OptionalLong;

/**
 * What one disk format makes of an image. It is made from the image's {@link Head}, wants further
 * {@link Regions} of it, and refuses by {@link ImageRefusedException}, from its constructor on.
 *
 * <p>Calls, in this order: visits of regions while the image streams; visits of regions that the
 * image's end cut; {@link #end}; visits of regions read again; {@link #virtualSize}, {@link
 * #notes}.
 */
interface FormatInspector {
  DiskFormat format();

  /** The virtual size that the bytes seen so far claim. */
  OptionalLong claimedVirtualSize();

  /** See {@link Inspector#skippable}. */
  default boolean skippable() {
    return true;
  }

  /**
   * The image's length and last bytes are known. More regions may be wanted: they are read by
   * range.
   */
  default void end(Tail tail) throws ImageRefusedException {}

  /** The virtual size, after every wanted region was visited. The last chance to refuse. */
  long virtualSize(long fileLength) throws ImageRefusedException;

  /** See {@link DiskImage#notes}. */
  default List<String> notes() {
    return List.of();
  }
}
