package io.dvcr.formats;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * Variable-length integers (The .xz File Format 1.2.1, 1.2): seven bits a byte, the lowest first,
 * the eighth bit set in all but the last byte.
 */
final class XzVli {
  /** The longest encoding there is: 63 bits, so a value is never negative. */
  private static final int LENGTH_MAX = 9;

  private XzVli() {}

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Bytes {
    int readByte() throws IOException;
  }

  /** The next integer; empty if it is too long, or longer than its value needs. */
  static OptionalLong read(Bytes bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < LENGTH_MAX; i++) {
      int next = bytes.readByte();
      value |= (long) (next & 0x7F) << (7 * i);
      if (next < 0x80) {
        return next == 0 && i > 0 ? OptionalLong.empty() : OptionalLong.of(value);
      }
    }
    return OptionalLong.empty();
  }

  /** How many bytes {@code value}, which is not negative, takes. */
  static int length(long value) {
    return Math.max(1, Math.ceilDiv(Long.SIZE - Long.numberOfLeadingZeros(value), 7));
  }
}
