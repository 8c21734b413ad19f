package io.dvcr.formats;

import java.io.IOException;

/**
 * Reads parts of an image again after it was seen whole: what one pass with bounded memory could
 * not check. Offsets are bytes from the start of the unpacked image. Whoever made it closes it.
 */
@FunctionalInterface
public interface RangeReader {
  /**
   * Fills {@code length} bytes of {@code buffer} from {@code offset} on with the image's bytes from
   * {@code position} on. The caller stays inside the image's length.
   *
   * @throws IOException if the bytes can't be had again
   */
  void readFully(long position, byte[] buffer, int offset, int length) throws IOException;
}
