package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** An image, mostly a copy, that is written over in places. */
final class Patched {
  private final byte[] bytes;

  private Patched(byte[] bytes) {
    this.bytes = bytes;
  }

  static Patched copyOf(byte[] image) {
    return new Patched(image.clone());
  }

  /** {@code image} itself, to be read or for good. */
  static Patched over(byte[] image) {
    return new Patched(image);
  }

  byte[] bytes() {
    return bytes;
  }

  Patched little(int at, int value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return this;
  }

  Patched little(int at, long value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
    return this;
  }

  Patched little(int at, short value) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(at, value);
    return this;
  }

  Patched big(int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
    return this;
  }

  Patched big(int at, long value) {
    ByteBuffer.wrap(bytes).putLong(at, value);
    return this;
  }

  Patched text(int at, String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(latin, 0, bytes, at, latin.length);
    return this;
  }

  Patched put(int at, byte[] content) {
    System.arraycopy(content, 0, bytes, at, content.length);
    return this;
  }

  /** Writes the VHD checksum of the footer at {@code at}. */
  Patched footerChecksum(int at) {
    big(at + 64, 0);
    int sum = 0;
    for (int i = at; i < at + 512; i++) {
      sum += bytes[i] & 0xFF;
    }
    return big(at + 64, ~sum);
  }

  /** Writes the CRC-32C of a VHDX structure into its bytes 4 to 7. */
  Patched crc(int at, int length) {
    little(at + 4, 0);
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, length);
    return little(at + 4, (int) crc.getValue());
  }

  int littleInt(int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  long littleLong(int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }

  int bigInt(int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }

  long bigLong(int at) {
    return ByteBuffer.wrap(bytes).getLong(at);
  }

  static byte[] cut(byte[] image, int length) {
    return Arrays.copyOf(image, length);
  }
}
