package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * A file of one xz stream whose parts can be found and overwritten with their CRC-32 made right
 * again, so that the rule behind the CRC is what refuses it.
 */
final class XzFile {
  private static final int HEADER_LENGTH = 12;
  private static final int FOOTER_LENGTH = 12;

  final byte[] bytes;

  XzFile(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  static XzFile pack(byte[] content, String... options) throws IOException {
    String[] command = new String[options.length + 2];
    command[0] = "xz";
    command[1] = "-c";
    System.arraycopy(options, 0, command, 2, options.length);
    return new XzFile(RealTool.pipe(content, command));
  }

  XzFile copy() {
    return new XzFile(bytes);
  }

  byte[] unpack() throws IOException {
    return Streams.unpack(Compression.XZ, bytes);
  }

  int firstBlock() {
    return HEADER_LENGTH;
  }

  int firstBlockData() {
    return HEADER_LENGTH + blockHeaderLength();
  }

  int footer() {
    return bytes.length - FOOTER_LENGTH;
  }

  int index() {
    return footer() - indexLength();
  }

  /** Of the index's first record, where it takes two bytes. */
  int firstUnpaddedSize() {
    return (bytes[index() + 2] & 0x7F) | bytes[index() + 3] << 7;
  }

  private int blockHeaderLength() {
    return (Byte.toUnsignedInt(bytes[HEADER_LENGTH]) + 1) * 4;
  }

  private int indexLength() {
    return (fields().getInt(footer() + 4) + 1) * 4;
  }

  XzFile set(int offset, int value) {
    bytes[offset] = (byte) value;
    return this;
  }

  XzFile flip(int offset) {
    bytes[offset] ^= 1;
    return this;
  }

  XzFile fixHeader() {
    return putCrc(6, 2, 8);
  }

  XzFile fixBlockHeader() {
    int length = blockHeaderLength() - 4;
    return putCrc(HEADER_LENGTH, length, HEADER_LENGTH + length);
  }

  XzFile fixIndex() {
    int length = indexLength() - 4;
    return putCrc(index(), length, index() + length);
  }

  XzFile fixFooter() {
    return putCrc(footer() + 4, 6, footer());
  }

  private XzFile putCrc(int offset, int length, int at) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    fields().putInt(at, (int) crc.getValue());
    return this;
  }

  private ByteBuffer fields() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
