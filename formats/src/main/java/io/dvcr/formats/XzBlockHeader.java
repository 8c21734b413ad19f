package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.tukaani.xz.FilterOptions;

/**
 * The header of an xz block (The .xz File Format 1.2.1, 3.1).
 *
 * @param length bytes of the header
 * @param compressedSize bytes of the packed data, where stated
 * @param uncompressedSize bytes it unpacks to, where stated
 * @param filters as they were applied when packing: the last one is LZMA2
 */
record XzBlockHeader(
    int length,
    OptionalLong compressedSize,
    OptionalLong uncompressedSize,
    List<FilterOptions> filters) {
  private static final int FILTER_COUNT_MASK = 0x03;
  private static final int RESERVED_MASK = 0x3C;
  private static final int COMPRESSED_SIZE_PRESENT = 0x40;
  private static final int UNCOMPRESSED_SIZE_PRESENT = 0x80;
  private static final int CRC_LENGTH = 4;

  /**
   * Reads the header of a block.
   *
   * @param sizeByte its first byte, which has been read and is not zero
   * @param memoryLimit bytes that decoding may take
   */
  static XzBlockHeader read(PackedInput in, int sizeByte, long memoryLimit) throws IOException {
    in.enter("block header");
    long position = in.position() - 1;
    int length = (sizeByte + 1) * 4; // "real_header_size = (encoded_header_size + 1) * 4"
    byte[] header = new byte[length];
    header[0] = (byte) sizeByte;
    in.readFully(header, 1, length - 1);
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    CRC32 crc = new CRC32();
    crc.update(header, 0, length - CRC_LENGTH);
    if ((int) crc.getValue() != fields.getInt(length - CRC_LENGTH)) {
      throw new ImageRefusedException(
          Rule.Z5, "CRC32", position + length - CRC_LENGTH, "the block header's CRC-32 is wrong");
    }
    fields.position(1).limit(length - CRC_LENGTH);
    return new Parser(fields, position, memoryLimit).parse();
  }

  /** Parses the fields between Block Header Size and CRC32. */
  private record Parser(ByteBuffer fields, long position, long memoryLimit) {
    XzBlockHeader parse() throws IOException {
      int flags = Byte.toUnsignedInt(fields.get());
      if ((flags & RESERVED_MASK) != 0) {
        throw refused(Rule.Z7, "Block Flags", "the block's flags have reserved bits set");
      }
      OptionalLong compressed = size(flags & COMPRESSED_SIZE_PRESENT, "Compressed Size");
      if (compressed.isPresent() && compressed.getAsLong() == 0) {
        throw refused(Rule.Z5, "Compressed Size", "the block states 0 bytes of data");
      }
      OptionalLong uncompressed = size(flags & UNCOMPRESSED_SIZE_PRESENT, "Uncompressed Size");
      List<FilterOptions> filters = filters((flags & FILTER_COUNT_MASK) + 1);
      while (fields.hasRemaining()) {
        if (fields.get() != 0) {
          throw refused(
              Rule.Z7, "Header Padding", "the block header has fields that are not known");
        }
      }
      return new XzBlockHeader(
          fields.limit() + CRC_LENGTH, compressed, uncompressed, List.copyOf(filters));
    }

    private OptionalLong size(int present, String field) throws IOException {
      return present == 0 ? OptionalLong.empty() : OptionalLong.of(vli(field));
    }

    private List<FilterOptions> filters(int count) throws IOException {
      List<FilterOptions> filters = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        long id = vli("Filter ID");
        long length = vli("Size of Properties");
        if (length > fields.remaining()) {
          throw refused(Rule.Z5, "Size of Properties", "a filter's properties leave the header");
        }
        boolean last = i == count - 1;
        if (last != (id == XzFilters.LZMA2)) {
          throw refused(
              Rule.Z7, "Filter ID", "filter 0x%x is number %d of %d".formatted(id, i + 1, count));
        }
        byte[] properties = new byte[(int) length];
        long offset = position + fields.position();
        fields.get(properties);
        filters.add(XzFilters.of(id, properties, offset, memoryLimit));
      }
      return filters;
    }

    private long vli(String field) throws IOException {
      return XzVli.read(this::readByte)
          .orElseThrow(() -> refused(Rule.Z5, field, field + " is not a valid integer"));
    }

    private int readByte() throws IOException {
      if (!fields.hasRemaining()) {
        throw refused(Rule.Z5, "Block Header Size", "the block header's fields leave it");
      }
      return Byte.toUnsignedInt(fields.get());
    }

    private ImageRefusedException refused(Rule rule, String field, String message) {
      return new ImageRefusedException(rule, field, position + fields.position(), message);
    }
  }
}
