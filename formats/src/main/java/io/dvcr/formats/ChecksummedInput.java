package io.dvcr.formats;

import java.io.IOException;
import java.util.zip.CRC32;

/** Reads a small structure that ends in a CRC-32 of itself, and keeps that CRC-32 on the way. */
final class ChecksummedInput {
  private final PackedInput in;
  private final CRC32 crc = new CRC32();

  ChecksummedInput(PackedInput in) {
    this.in = in;
  }

  /** Counts in a byte of the structure that was read before. */
  void include(int value) {
    crc.update(value);
  }

  int readByte() throws IOException {
    int value = in.readByte();
    crc.update(value);
    return value;
  }

  /** The next {@code length} bytes, at most 8, as a little-endian number. */
  long readLittleEndian(int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) readByte() << (8 * i);
    }
    return value;
  }

  void skip(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      readByte();
    }
  }

  long position() {
    return in.position();
  }

  /** CRC-32 of what was read here so far. */
  long crc32() {
    return crc.getValue();
  }
}
