package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The Index of an xz stream (The .xz File Format 1.2.1, 4), as it is stored or as it must be after
 * the blocks that were decoded. Holds sums and a digest of the records and not the records, so its
 * memory does not grow with their number.
 */
final class XzIndex {
  /** The format's own lower bound (4.3.1); a real block is longer. */
  private static final long UNPADDED_MIN = 5;

  /** Largest multiple of four that a variable-length integer holds (4.3.1). */
  private static final long UNPADDED_MAX = Long.MAX_VALUE & ~3;

  /** Index Indicator and CRC32. */
  private static final int FRAME_LENGTH = 1 + 4;

  private final MessageDigest records = XzCheck.newSha256();
  private long recordCount;
  private long recordsLength;
  private long blocksLength;
  private long unpackedLength;

  /** Appends the record of a block. */
  void add(long unpaddedSize, long uncompressedSize) throws ImageRefusedException {
    if (unpaddedSize < UNPADDED_MIN || unpaddedSize > UNPADDED_MAX) {
      throw impossible("Unpadded Size", unpaddedSize);
    }
    long padded = (unpaddedSize + 3) & ~3;
    if (padded > UNPADDED_MAX - blocksLength) {
      throw impossible("Unpadded Size", unpaddedSize);
    }
    if (uncompressedSize > Long.MAX_VALUE - unpackedLength) {
      throw impossible("Uncompressed Size", uncompressedSize);
    }
    blocksLength += padded;
    unpackedLength += uncompressedSize;
    recordCount++;
    recordsLength += XzVli.length(unpaddedSize) + XzVli.length(uncompressedSize);
    records.update(ByteBuffer.allocate(16).putLong(unpaddedSize).putLong(uncompressedSize).array());
  }

  /** Reads an Index whose Index Indicator has been read, of any blocks. */
  static XzIndex read(PackedInput in) throws IOException {
    return read(in, -1);
  }

  /** Reads an Index whose Index Indicator has been read and which must be this one. */
  void readSame(PackedInput in) throws IOException {
    long position = in.position() - 1;
    XzIndex stored = read(in, recordCount);
    if (stored.blocksLength != blocksLength
        || stored.unpackedLength != unpackedLength
        || !Arrays.equals(stored.records.digest(), records.digest())) {
      throw refused(
          "List of Records",
          position,
          "the index's records are not those of the blocks, which take %d bytes and unpack to %d"
              .formatted(blocksLength, unpackedLength));
    }
  }

  /**
   * @param expectedCount how many records there must be; negative if that is not known
   */
  private static XzIndex read(PackedInput in, long expectedCount) throws IOException {
    in.enter("index");
    long position = in.position() - 1;
    ChecksummedInput bytes = new ChecksummedInput(in);
    bytes.include(0); // the Index Indicator, which the checksum covers
    long count = readVli(bytes, "Number of Records");
    if (expectedCount >= 0 && count != expectedCount) {
      throw refused(
          "Number of Records",
          position + 1,
          "the index has %d records for %d blocks".formatted(count, expectedCount));
    }
    XzIndex index = new XzIndex();
    for (long i = 0; i < count; i++) {
      index.add(readVli(bytes, "Unpadded Size"), readVli(bytes, "Uncompressed Size"));
    }
    while (((bytes.position() - position) & 3) != 0) {
      if (bytes.readByte() != 0) {
        throw refused("Index Padding", in.position() - 1, "the index is not padded with zeros");
      }
    }
    long expected = bytes.crc32();
    if (in.readLittleEndian(4) != expected) {
      throw refused("CRC32", in.position() - 4, "the index's CRC-32 is wrong");
    }
    return index;
  }

  private static long readVli(ChecksummedInput bytes, String field) throws IOException {
    long position = bytes.position();
    return XzVli.read(bytes::readByte)
        .orElseThrow(() -> refused(field, position, field + " is not a valid integer"));
  }

  /** Bytes of the Index as it is stored. */
  long length() {
    long unpadded = FRAME_LENGTH + XzVli.length(recordCount) + recordsLength;
    return (unpadded + 3) & ~3;
  }

  /** Bytes of all blocks, with their padding. */
  long blocksLength() {
    return blocksLength;
  }

  /** Bytes that all blocks unpack to. */
  long unpackedLength() {
    return unpackedLength;
  }

  private static ImageRefusedException impossible(String field, long value) {
    return refused(field, -1, "%s %d in the index is impossible".formatted(field, value));
  }

  private static ImageRefusedException refused(String field, long position, String message) {
    return new ImageRefusedException(Rule.Z4, field, position, message);
  }
}
