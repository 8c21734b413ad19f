package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * The last bytes of an image.
 *
 * @param fileLength bytes of the whole image
 * @param bytes the last {@link #LENGTH} of them, or all if it is shorter
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Tail(long fileLength, byte[] bytes) {
  /** Marker, footer and end marker of a streamOptimized VMDK; a VHD's footer is inside. */
  static final int LENGTH = 3 * 512;

  /** Whether the image has {@code count} bytes, at most {@link #LENGTH}, to look at. */
  boolean has(int count) {
    return bytes.length >= count;
  }

  /** The last {@code count} bytes, big-endian; {@link #has} them first. */
  ByteBuffer last(int count) {
    return ByteBuffer.wrap(bytes, bytes.length - count, count).slice().asReadOnlyBuffer();
  }

  /** Whether the last sector is a VHD's footer (VHD specification, "Hard Disk Footer Format"). */
  boolean hasVhdFooter() {
    byte[] cookie = {'c', 'o', 'n', 'e', 'c', 't', 'i', 'x'};
    return has(512) && last(512).slice(0, cookie.length).equals(ByteBuffer.wrap(cookie));
  }
}
