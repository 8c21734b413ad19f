package io.dvcr.formats;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * Finds out from the tail of an xz file how long it claims to be when unpacked: every Stream Footer
 * leads to its Index (Backward Size, The .xz File Format 1.2.1, 2.1.2.2), whose records sum up to
 * the start of the stream, which is the end of the stream before it.
 */
final class XzTail {
  /** Own limit of all indexes together; that length lists two million blocks and more. */
  private static final long INDEX_LIMIT = 16 << 20;

  /** Own limit; each stream costs about three reads. Parallel packers write one stream. */
  private static final int STREAM_LIMIT = 64;

  /** Own limit of the Stream Padding in all; it exists to fill a device's block. */
  private static final long PADDING_LIMIT = 64 << 10;

  /** How much is read at a time to find where the padding starts. */
  private static final int STEP = 4 << 10;

  private final RangeReader packed;
  private long paddingLeft = PADDING_LIMIT;
  private long indexLeft = INDEX_LIMIT;

  /** Of the streams seen so far. */
  private long unpackedLength;

  private XzTail(RangeReader packed) {
    this.packed = packed;
  }

  /** Empty if a limit is reached or if the tail is malformed. */
  static OptionalLong unpackedLength(long packedLength, RangeReader packed) throws IOException {
    try {
      return new XzTail(packed).sum(packedLength);
    } catch (ImageRefusedException e) {
      return OptionalLong.empty(); // decoding will tell it, with the right rule
    }
  }

  private OptionalLong sum(long packedLength) throws IOException {
    long start = streamBefore(packedLength);
    for (int streams = 1; streams < STREAM_LIMIT && start > 0; streams++) {
      start = streamBefore(start);
    }
    return start == 0 ? OptionalLong.of(unpackedLength) : OptionalLong.empty();
  }

  /** Where the stream that ends, with its padding, at {@code end} starts; negative if unclear. */
  private long streamBefore(long end) throws IOException {
    long footerEnd = paddingStart(end);
    if (footerEnd < XzStreamFlags.LENGTH) {
      return -1;
    }
    long indexEnd = footerEnd - XzStreamFlags.LENGTH;
    XzStreamFlags footer = XzStreamFlags.readFooter(input(indexEnd, footerEnd));
    long indexStart = indexEnd - footer.indexLength();
    indexLeft -= footer.indexLength();
    if (indexLeft < 0 || indexStart < XzStreamFlags.LENGTH) {
      return -1;
    }
    XzIndex index = readIndex(indexStart, indexEnd);
    long start = indexStart - XzStreamFlags.LENGTH - index.blocksLength();
    if (index.length() != footer.indexLength()
        || start < 0 // no overflow: both numbers are from 0 to 2^63 - 1
        || index.unpackedLength() > Long.MAX_VALUE - unpackedLength
        || readHeader(start).check() != footer.check()) {
      return -1;
    }
    unpackedLength += index.unpackedLength();
    return start;
  }

  private XzIndex readIndex(long start, long end) throws IOException {
    PackedInput in = input(start, end);
    in.enter("index");
    if (in.readByte() != 0) {
      throw new ImageRefusedException(
          Rule.Z4, "Index Indicator", start, "the footer does not lead to an index");
    }
    return XzIndex.read(in);
  }

  private XzStreamFlags readHeader(long start) throws IOException {
    return XzStreamFlags.readHeader(input(start, start + XzStreamFlags.LENGTH), Rule.Z4);
  }

  /** Where the padding before {@code end} starts; negative if it is too long or not in fours. */
  private long paddingStart(long end) throws IOException {
    long position = end;
    byte[] bytes = new byte[STEP];
    while (position > 0) {
      int count = (int) Math.min(STEP, position);
      packed.readFully(position - count, bytes, 0, count);
      int zeros = 0;
      while (zeros < count && bytes[count - 1 - zeros] == 0) {
        zeros++;
      }
      position -= zeros;
      paddingLeft -= zeros;
      if (zeros < count || paddingLeft < 0) {
        return paddingLeft >= 0 && ((end - position) & 3) == 0 ? position : -1;
      }
    }
    return -1; // nothing but zeros
  }

  private PackedInput input(long start, long end) {
    return new PackedInput(new RangeInputStream(packed, start, end), Rule.Z2);
  }
}
