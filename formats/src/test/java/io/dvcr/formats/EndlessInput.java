package io.dvcr.formats;

import java.io.InputStream;
import java.util.Arrays;

/** Some bytes and then the same one without end. */
final class EndlessInput extends InputStream {
  private final byte[] head;
  private final int rest;
  private int position;

  EndlessInput(byte[] head, int rest) {
    this.head = head.clone();
    this.rest = rest;
  }

  @Override
  public int read() {
    return position < head.length ? Byte.toUnsignedInt(head[position++]) : rest;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    if (length > 0 && position < head.length) {
      bytes[offset] = head[position++];
      return 1;
    }
    Arrays.fill(bytes, offset, offset + length, (byte) rest);
    return length;
  }
}
