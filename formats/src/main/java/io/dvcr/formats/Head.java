package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of an image: {@link #LENGTH} of them, or all if it is shorter.
 *
 * @param bytes the array that holds them from index 0 on
 * @param length how many of them are the image's
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost 36 KiB for nothing
record Head(byte[] bytes, int length) {
  /** 32 KiB and two sectors of 2048: up to the second volume descriptor (ECMA-119, 6.2.1). */
  static final int LENGTH = 36 << 10;

  /** Whether the whole of {@code magic}, characters below 256, stands at {@code offset}. */
  boolean has(int offset, String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
    if (offset + wanted.length > length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[offset + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** The bytes as a big-endian buffer from 0 to {@link #length}. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, 0, length).slice().asReadOnlyBuffer();
  }
}
