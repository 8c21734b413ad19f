package io.dvcr.formats;

import static io.dvcr.formats.RefusalAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class GzipDecoderTest extends DecoderContract {
  /** Deflate data of nothing, CRC-32 0, ISIZE 0. */
  private static final byte[] EMPTY_BODY = Streams.bytes(3, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private static final byte[] EMPTY_MEMBER = Streams.concat(header(0), EMPTY_BODY);

  private final byte[] content = Streams.content(3000, 5);

  private static byte[] header(int flags) {
    return Streams.bytes(0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 0xFF);
  }

  @Override
  Compression compression() {
    return Compression.GZIP;
  }

  @Override
  byte[] pack(byte[] bytes) throws IOException {
    return RealTool.pipe(bytes, "gzip", "-c");
  }

  @Override
  Rule truncation() {
    return Rule.G2;
  }

  @Override
  String tool() {
    return "gzip";
  }

  private static byte[] unpack(byte[]... parts) throws IOException {
    return Streams.unpack(Compression.GZIP, Streams.concat(parts));
  }

  @Test
  void manyMembers_giveTheirConcatenation() throws IOException {
    byte[] packed = pack(content);
    assertThat(unpack(packed, EMPTY_MEMBER, packed)).isEqualTo(Streams.concat(content, content));
  }

  @Test
  void fiftyThousandEmptyMembers_giveNothing() throws IOException {
    byte[] members = new byte[50_000 * EMPTY_MEMBER.length];
    for (int i = 0; i < members.length; i += EMPTY_MEMBER.length) {
      System.arraycopy(EMPTY_MEMBER, 0, members, i, EMPTY_MEMBER.length);
    }
    assertThat(unpack(members)).isEmpty();
  }

  @Test
  void zerosToTheEnd_areAccepted() throws IOException {
    assertThat(unpack(pack(content), new byte[200_000])).isEqualTo(content);
  }

  @Test
  void garbageBehindAMember_isRefused() throws IOException {
    byte[] packed = pack(content);
    assertRefused(Rule.G3, () -> unpack(packed, Streams.bytes('x', '\n')))
        .hasFieldOrPropertyWithValue("offset", (long) packed.length);
    assertRefused(Rule.G3, () -> unpack(packed, new byte[100_000], Streams.bytes(1)));
    assertRefused(Rule.G3, () -> unpack(packed, new byte[4], packed));
    assertRefused(Rule.G3, () -> unpack(packed, Streams.bytes(0x1F, 0x8C, 8)));
  }

  @Test
  void secondMemberCut_isRefusedAtAnyOffset() throws IOException {
    byte[] packed = pack(content);
    for (int length = 1; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertRefused(Rule.G2, () -> unpack(packed, cut));
    }
  }

  @Test
  void wrongChecksumOrLengthOfAnyMember_isRefused() throws IOException {
    byte[] packed = pack(content);
    for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
      byte[] wrong = packed.clone();
      wrong[wrong.length - fromEnd] ^= 1;
      assertRefused(Rule.G1, () -> unpack(wrong));
      assertRefused(Rule.G1, () -> unpack(wrong, packed));
      assertRefused(Rule.G1, () -> unpack(packed, wrong));
    }
  }

  @Test
  void reservedFlagOrOtherMethod_isRefused() {
    for (int flag : new int[] {0x20, 0x40, 0x80}) {
      assertRefused(Rule.G4, () -> unpack(header(flag), EMPTY_BODY));
    }
    byte[] otherMethod = EMPTY_MEMBER.clone();
    otherMethod[2] = 7;
    assertRefused(Rule.G4, () -> unpack(EMPTY_MEMBER, otherMethod));
    assertRefused(Rule.G4, () -> unpack(Streams.bytes('n', 'o')));
  }

  @Test
  void allHeaderFields_areSkippedAndTheirCrcVerified() throws IOException {
    byte[] header =
        Streams.concat(header(0x1F), Streams.bytes(2, 0, 9, 9, 'n', 'a', 'm', 'e', 0, 'c', 0));
    CRC32 crc = new CRC32();
    crc.update(header);
    byte[] crc16 = Streams.bytes((int) crc.getValue(), (int) (crc.getValue() >>> 8));
    assertThat(unpack(header, crc16, EMPTY_BODY)).isEmpty();
    crc16[1] ^= 1;
    assertRefused(Rule.G4, () -> unpack(header, crc16, EMPTY_BODY));
  }

  @Test
  void nameOrCommentWithoutEnd_isRefusedAfter64Kib() throws IOException {
    byte[] longest = new byte[(64 << 10) + 1];
    Arrays.fill(longest, 0, 64 << 10, (byte) 'n');
    assertThat(unpack(header(0x08), longest, EMPTY_BODY)).isEmpty();
    for (int flag : new int[] {0x08, 0x10}) {
      byte[] head = header(flag);
      try (InputStream in =
          Compression.GZIP.decode(new EndlessInput(head, 'n'), DecoderLimits.DEFAULT)) {
        assertRefused(Rule.G4, in::read);
      }
    }
  }

  @Test
  void bgzipFile_isAccepted() throws IOException {
    byte[] packed = pack(content);
    byte[] endOfFile = // SAMv1 4.1.2, the empty block that marks a BGZF file's end
        Streams.bytes(
            0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, 0x42, 0x43, 2, 0, 0x1b, 0, 3, 0, 0, 0, 0,
            0, 0, 0, 0, 0);
    assertThat(unpack(packed, endOfFile)).isEqualTo(content);
  }

  @Test
  void everyLevel_givesContent() throws IOException {
    for (String level : List.of("-1", "-6", "-9")) {
      assertThat(unpack(RealTool.pipe(content, "gzip", "-c", level))).isEqualTo(content);
    }
  }
}
