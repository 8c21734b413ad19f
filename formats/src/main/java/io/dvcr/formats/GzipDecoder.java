package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952): all members, one after the other, and perhaps zeros up to the end, as
 * tapes and block devices leave them. {@code java.util.zip.GZIPInputStream} can't be used: it ends
 * without an error at garbage after a member and at a cut header of a further member, and does not
 * check reserved flags.
 */
final class GzipDecoder extends DecoderStream {
  private static final HexFormat HEX = HexFormat.of();

  /** Without zlib's wrapper: a member holds raw deflate data (RFC 1952 2.3). */
  private final Inflater inflater = new Inflater(true);

  private final CRC32 crc = new CRC32();
  private long memberLength;
  private boolean inMember;
  private boolean anyMember;

  GzipDecoder(InputStream packed) {
    super(new PackedInput(packed, Rule.G2));
  }

  @Override
  int decode(byte[] bytes, int offset, int length) throws IOException {
    while (inMember || startMember()) {
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        crc.update(bytes, offset, count);
        memberLength += count;
        return count;
      }
      if (inflater.finished()) {
        checkTrailer();
        inMember = false;
      }
    }
    return -1;
  }

  @Override
  void release() {
    inflater.end();
  }

  /** Whether there is another member, whose header is read then. */
  private boolean startMember() throws IOException {
    if (anyMember) {
      if (!in.fill()) {
        return false;
      }
      if (in.peekByte() != GzipHeader.ID1) {
        checkPadding();
        return false;
      }
    }
    GzipHeader.read(in, anyMember ? Rule.G3 : Rule.G4);
    anyMember = true;
    inMember = true;
    memberLength = 0;
    crc.reset();
    inflater.reset();
    in.enter("member's deflate data");
    return true;
  }

  /** How many bytes came out; zero at the member's end, and when more input was needed. */
  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    inflater.setInput(in.buffer(), in.start(), in.buffered());
    int count;
    try {
      count = inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw new ImageRefusedException(
          Rule.G1, "deflate data", in.position(), "the deflate data is damaged: " + e, e);
    }
    in.consume(in.buffered() - inflater.getRemaining());
    if (count == 0 && !inflater.finished()) {
      if (in.buffered() > 0) { // zlib gives no reason; without this the loop would not end
        throw new ImageRefusedException(
            Rule.G1, "deflate data", in.position(), "the deflate data can't be inflated further");
      }
      in.demand();
    }
    return count;
  }

  /** CRC32 and ISIZE of RFC 1952 2.3.1: of this member alone, its length modulo 2^32. */
  private void checkTrailer() throws IOException {
    in.enter("member's trailer");
    long position = in.position();
    long storedCrc = in.readLittleEndian(4);
    long storedLength = in.readLittleEndian(4);
    if (storedCrc != crc.getValue()) {
      throw new ImageRefusedException(
          Rule.G1,
          "CRC32",
          position,
          "the member's CRC-32 should be %s but its content has %s"
              .formatted(HEX.toHexDigits(storedCrc, 8), HEX.toHexDigits(crc.getValue(), 8)));
    }
    if (storedLength != (memberLength & 0xFFFF_FFFFL)) {
      throw new ImageRefusedException(
          Rule.G1,
          "ISIZE",
          position + 4,
          "the member's length modulo 2^32 should be %d but is %d"
              .formatted(storedLength, memberLength & 0xFFFF_FFFFL));
    }
  }

  private void checkPadding() throws IOException {
    while (in.fill()) {
      byte[] buffer = in.buffer();
      for (int i = in.start(); i < in.start() + in.buffered(); i++) {
        if (buffer[i] != 0) {
          throw new ImageRefusedException(
              Rule.G3,
              "member",
              in.position() + i - in.start(),
              "neither another member nor zeros up to the end follow the compressed data");
        }
      }
      in.consume(in.buffered());
    }
  }
}
