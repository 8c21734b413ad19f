package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long a packed stream claims to be when unpacked. A claim may be wrong, by damage or by
 * intent: it can save a second pass over the data, but only unpacking tells the truth.
 *
 * @param bytes the claimed length, not negative
 * @param scope what the claim is about
 */
public record UnpackedLength(long bytes, Scope scope) {
  /** What a claim is about. */
  public enum Scope {
    /** All of the unpacked stream. */
    WHOLE,
    /** The first frame; the stream is longer if more frames follow. */
    FIRST_FRAME,
    /** The last member, modulo 2^32; members before it are not counted. */
    LAST_MEMBER_MODULO_4_GIB
  }

  /** ISIZE, the last field of a gzip file (RFC 1952 2.3.1). */
  private static final int ISIZE_LENGTH = 4;

  /** A magic and the largest frame header: 14 bytes (RFC 8878 3.1.1.1). */
  private static final int ZSTD_HEAD_LENGTH = 4 + 14;

  /**
   * The claim of a packed stream, found with few and short reads: one for gzip and zstd, about
   * three for each stream of an xz file. What it reads of an xz file besides is bounded: see {@link
   * XzTail}.
   *
   * @param packedLength the length of the packed stream
   * @param packed reads the <em>packed</em> bytes; its positions are below {@code packedLength}
   * @return empty if there is no claim, if it takes too much to find it, and if what should hold it
   *     is malformed, which decoding will tell with the reason
   * @throws IOException if {@code packed} fails
   */
  public static Optional<UnpackedLength> claim(
      Compression compression, long packedLength, RangeReader packed) throws IOException {
    return switch (compression) {
      case NONE -> Optional.of(new UnpackedLength(packedLength, Scope.WHOLE));
      case GZIP -> ofGzip(packedLength, packed);
      case XZ -> of(XzTail.unpackedLength(packedLength, packed), Scope.WHOLE);
      case ZSTD -> of(ofFirstFrame(packedLength, packed), Scope.FIRST_FRAME);
    };
  }

  private static Optional<UnpackedLength> of(OptionalLong bytes, Scope scope) {
    return bytes.isPresent() && bytes.getAsLong() >= 0
        ? Optional.of(new UnpackedLength(bytes.getAsLong(), scope))
        : Optional.empty();
  }

  /** Zero is no claim: it is what padding and the empty last member of a bgzip file look like. */
  private static Optional<UnpackedLength> ofGzip(long packedLength, RangeReader packed)
      throws IOException {
    if (packedLength < ISIZE_LENGTH) {
      return Optional.empty();
    }
    byte[] tail = new byte[ISIZE_LENGTH];
    packed.readFully(packedLength - ISIZE_LENGTH, tail, 0, ISIZE_LENGTH);
    long size =
        Integer.toUnsignedLong(ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt());
    return size == 0
        ? Optional.empty()
        : Optional.of(new UnpackedLength(size, Scope.LAST_MEMBER_MODULO_4_GIB));
  }

  private static OptionalLong ofFirstFrame(long packedLength, RangeReader packed)
      throws IOException {
    long end = Math.min(ZSTD_HEAD_LENGTH, packedLength);
    PackedInput in = new PackedInput(new RangeInputStream(packed, 0, end), Rule.S2);
    try {
      boolean frame = (int) in.readLittleEndian(4) == ZstdFrameHeader.MAGIC;
      return frame ? ZstdFrameHeader.read(in).contentSize() : OptionalLong.empty();
    } catch (ImageRefusedException e) {
      return OptionalLong.empty();
    }
  }
}
