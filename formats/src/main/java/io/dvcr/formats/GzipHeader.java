package io.dvcr.formats;

import java.io.IOException;
import java.util.HexFormat;

/** The header of a gzip member (RFC 1952 2.3 and 2.3.1), of which nothing is kept. */
final class GzipHeader {
  static final int ID1 = 0x1F;

  private static final int ID2 = 0x8B;
  private static final int CM_DEFLATE = 8;
  private static final int FLG_FHCRC = 1 << 1;
  private static final int FLG_FEXTRA = 1 << 2;
  private static final int FLG_FNAME = 1 << 3;
  private static final int FLG_FCOMMENT = 1 << 4;

  /** "Reserved FLG bits must be zero" (RFC 1952 2.3.1.2). */
  private static final int FLG_RESERVED = 0xE0;

  /** MTIME (4 bytes), XFL and OS, which a decoder may ignore. */
  private static final int IGNORED = 6;

  /** Own limit for a name or a comment, which the format does not bound: what FEXTRA has. */
  private static final int TEXT_LIMIT = 64 << 10;

  private final ChecksummedInput in;

  private GzipHeader(ChecksummedInput in) {
    this.in = in;
  }

  /**
   * Reads a member's header.
   *
   * @param noMagic the rule that refuses what does not start like a member
   */
  static void read(PackedInput in, Rule noMagic) throws IOException {
    in.enter("member's header");
    new GzipHeader(new ChecksummedInput(in)).read(noMagic);
  }

  private void read(Rule noMagic) throws IOException {
    long position = in.position();
    if (in.readByte() != ID1 || in.readByte() != ID2) {
      throw new ImageRefusedException(
          noMagic, "ID1, ID2", position, "no gzip member starts here: its magic is not 1f8b");
    }
    int method = in.readByte();
    if (method != CM_DEFLATE) {
      throw refused(
          "CM", position + 2, "the compression method is %d, not 8 (deflate)".formatted(method));
    }
    int flags = in.readByte();
    if ((flags & FLG_RESERVED) != 0) {
      throw refused("FLG", position + 3, "reserved flags are set: 0x%02x".formatted(flags));
    }
    in.skip(IGNORED);
    if ((flags & FLG_FEXTRA) != 0) {
      in.skip(in.readLittleEndian(2));
    }
    if ((flags & FLG_FNAME) != 0) {
      skipText("FNAME");
    }
    if ((flags & FLG_FCOMMENT) != 0) {
      skipText("FCOMMENT");
    }
    if ((flags & FLG_FHCRC) != 0) {
      checkHeaderCrc();
    }
  }

  private void skipText(String field) throws IOException {
    long position = in.position();
    for (int length = 0; in.readByte() != 0; length++) {
      if (length == TEXT_LIMIT) {
        throw refused(field, position, "%s is longer than %d bytes".formatted(field, TEXT_LIMIT));
      }
    }
  }

  private void checkHeaderCrc() throws IOException {
    long position = in.position();
    long expected = in.crc32() & 0xFFFF;
    long stored = in.readLittleEndian(2);
    if (stored != expected) {
      HexFormat hex = HexFormat.of();
      throw refused(
          "CRC16",
          position,
          "the header's CRC-16 should be %s but is %s"
              .formatted(hex.toHexDigits(stored, 4), hex.toHexDigits(expected, 4)));
    }
  }

  private static ImageRefusedException refused(String field, long offset, String message) {
    return new ImageRefusedException(Rule.G4, field, offset, message);
  }
}
