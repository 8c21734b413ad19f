package io.dvcr.formats;

import static io.dvcr.formats.RefusalAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XzDecoderTest extends DecoderContract {
  private final byte[] content = Streams.content(3000, 5);

  /** One block whose header has padding and no sizes; 12 bytes long. */
  private XzFile plain = new XzFile(new byte[0]);

  /** One block whose header states both sizes. */
  private XzFile sized = plain;

  @BeforeEach
  void pack() throws IOException {
    plain = XzFile.pack(content, "-0"); // with a small dictionary, see pack(byte[])
    sized = XzFile.pack(content, "-T2");
  }

  @Override
  Compression compression() {
    return Compression.XZ;
  }

  @Override
  byte[] pack(byte[] bytes) throws IOException {
    // A dictionary of 256 KiB: thousands of decoders with the usual 8 MiB would take their time.
    return XzFile.pack(bytes, "-0").bytes;
  }

  @Override
  Rule truncation() {
    return Rule.Z2;
  }

  @Override
  String tool() {
    return "xz";
  }

  private static byte[] unpack(byte[]... parts) throws IOException {
    return Streams.unpack(Compression.XZ, Streams.concat(parts));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--check=none",
        "--check=crc32",
        "--check=crc64",
        "--check=sha256",
        "--block-size=64KiB",
        "-T2 --block-size=64KiB",
        "-T2 --block-size=64KiB --check=sha256",
        "-0",
        "-9e",
        "--x86 --lzma2",
        "--x86=start=4096 --lzma2",
        "--powerpc --lzma2",
        "--ia64 --lzma2",
        "--arm --lzma2",
        "--armthumb --lzma2",
        "--arm64 --lzma2",
        "--sparc --lzma2",
        "--delta=dist=4 --lzma2",
        "--x86 --delta=dist=256 --arm --lzma2=dict=4KiB",
        "--lzma2=dict=6MiB,lc=0,lp=4,pb=4"
      })
  void everyWriter_givesContent(String options) throws IOException {
    byte[] large = Streams.concat(Streams.content(300_000, 6), new byte[200_000], content);
    assertThat(XzFile.pack(large, options.split(" ")).unpack()).isEqualTo(large);
  }

  @Test
  void manyStreamsWithPadding_giveTheirConcatenation() throws IOException {
    byte[] packed = plain.bytes;
    assertThat(unpack(packed, packed, new byte[8], packed, new byte[100_000]))
        .isEqualTo(Streams.concat(content, content, content));
  }

  @Test
  void fiftyThousandEmptyStreams_giveNothing() throws IOException {
    byte[] empty = XzFile.pack(new byte[0]).bytes;
    byte[] streams = new byte[50_000 * empty.length];
    for (int i = 0; i < streams.length; i += empty.length) {
      System.arraycopy(empty, 0, streams, i, empty.length);
    }
    assertThat(unpack(streams)).isEmpty();
  }

  @Test
  void wrongCheckOfEachKind_isRefused() throws IOException {
    for (String check : List.of("crc32", "crc64", "sha256")) {
      XzFile file = XzFile.pack(content, "--check=" + check);
      assertRefused(Rule.Z1, file.copy().flip(file.index() - 1)::unpack);
    }
  }

  @Test
  void damagedData_isRefused() {
    assertRefused(Rule.Z1, plain.copy().flip(plain.firstBlockData() + 100)::unpack);
    // 0x02: an LZMA2 chunk without a dictionary reset, which the first one must have
    assertRefused(Rule.Z1, plain.copy().set(plain.firstBlockData(), 0x02)::unpack);
  }

  @Test
  void garbageOrWrongPadding_isRefused() {
    byte[] packed = plain.bytes;
    assertRefused(Rule.Z3, () -> unpack(packed, Streams.bytes('x', '\n')));
    assertRefused(Rule.Z3, () -> unpack(packed, new byte[3]));
    assertRefused(Rule.Z3, () -> unpack(packed, new byte[5], packed));
    assertRefused(Rule.Z3, () -> unpack(packed, new byte[4], Streams.bytes(1)));
    assertRefused(Rule.Z3, () -> unpack(packed, Streams.bytes(0xFD, '7', 'z', 'X', 'Y', 0)));
    assertRefused(Rule.Z7, () -> unpack(new byte[4], packed));
  }

  @Test
  void secondStreamCut_isRefusedAtAnyOffset() {
    for (int length = 1; length < plain.bytes.length; length++) {
      byte[] cut = Arrays.copyOf(plain.bytes, length);
      assertRefused(Rule.Z2, () -> unpack(plain.bytes, cut));
    }
  }

  @Test
  void indexThatLies_isRefused() {
    int index = plain.index();
    assertRefused(Rule.Z4, plain.copy().set(index + 1, 0).fixIndex()::unpack)
        .hasMessageContaining("0 records for 1 blocks");
    assertRefused(Rule.Z4, plain.copy().set(index + 1, 2).fixIndex()::unpack);
    assertRefused(Rule.Z4, plain.copy().flip(index + 2).fixIndex()::unpack);
    assertRefused(Rule.Z4, plain.copy().flip(index + 4).fixIndex()::unpack);
    assertRefused(Rule.Z4, plain.copy().flip(index + 4)::unpack);
    assertRefused(Rule.Z4, plain.copy().flip(plain.footer() - 1)::unpack);
  }

  @Test
  void indexWithRecordsSwapped_isRefusedThoughItsSumsAreRight() throws IOException {
    XzFile file = XzFile.pack(content, "--block-size=2000"); // blocks of 2000 and 1000 bytes
    int first = file.index() + 2;
    byte[] records = Arrays.copyOfRange(file.bytes, first, first + 8); // four of two bytes each
    System.arraycopy(records, 0, file.bytes, first + 4, 4);
    System.arraycopy(records, 4, file.bytes, first, 4);
    assertRefused(Rule.Z4, file.fixIndex()::unpack);
  }

  @Test
  void absurdNumberOfRecords_isRefusedAtOnce() {
    byte[] head = Arrays.copyOf(plain.bytes, plain.index() + 1);
    byte[] count = Streams.bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F);
    assertRefused(Rule.Z4, () -> unpack(head, count));
    byte[] tooLong = Streams.bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01);
    assertRefused(Rule.Z4, () -> unpack(head, tooLong));
    assertRefused(Rule.Z4, () -> unpack(head, Streams.bytes(0x81, 0x00)));
  }

  @Test
  void wrongBlockHeader_isRefused() {
    int header = sized.firstBlock();
    assertRefused(Rule.Z5, plain.copy().flip(header + 3)::unpack);
    // The packed size is in bytes 2 and 3, the unpacked one in 4 and 5.
    assertRefused(Rule.Z5, sized.copy().flip(header + 2).fixBlockHeader()::unpack);
    assertRefused(Rule.Z5, sized.copy().flip(header + 4).fixBlockHeader()::unpack);
    assertRefused(Rule.Z5, sized.copy().set(header + 2, 0x80).fixBlockHeader()::unpack);
    assertRefused(Rule.Z5, sized.copy().set(header + 3, 0).fixBlockHeader()::unpack);
    byte[] endless = Streams.bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
    XzFile withoutEnd = sized.copy();
    System.arraycopy(endless, 0, withoutEnd.bytes, header + 2, endless.length);
    assertRefused(Rule.Z5, withoutEnd.fixBlockHeader()::unpack);
  }

  @Test
  void blockPaddingOtherThanZeros_isRefused() throws IOException {
    for (int length = 3000; ; length--) {
      XzFile file = XzFile.pack(Streams.content(length, 5), "--check=none");
      if (file.firstUnpaddedSize() % 4 != 0) {
        int padding = file.firstBlock() + file.firstUnpaddedSize();
        assertRefused(Rule.Z5, file.flip(padding)::unpack);
        return;
      }
    }
  }

  @Test
  void wrongFooter_isRefused() {
    int footer = plain.footer();
    assertRefused(Rule.Z6, plain.copy().flip(footer)::unpack);
    assertRefused(Rule.Z6, plain.copy().flip(footer + 11)::unpack);
    assertRefused(Rule.Z6, plain.copy().flip(footer + 4).fixFooter()::unpack);
    assertRefused(Rule.Z6, plain.copy().set(footer + 9, 1).fixFooter()::unpack);
    assertRefused(Rule.Z6, plain.copy().set(footer + 8, 1).fixFooter()::unpack);
  }

  @Test
  void wrongHeaderOrUnknownFilter_isRefused() {
    assertRefused(Rule.Z7, plain.copy().flip(8)::unpack);
    assertRefused(Rule.Z7, plain.copy().set(6, 1).fixHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(7, 0x14).fixHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(7, 2).fixHeader()::unpack);
    // Block header: size, flags, then LZMA2's id, property length and dictionary; zeros.
    int header = plain.firstBlock();
    assertRefused(Rule.Z7, plain.copy().set(header + 1, 4).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(header + 2, 0x22).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(header + 2, 3).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(header + 3, 2).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(header + 4, 41).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, plain.copy().set(header + 7, 1).fixBlockHeader()::unpack);
  }

  @Test
  void unknownFilterBeforeLzma2_isRefused() throws IOException {
    XzFile delta = XzFile.pack(content, "--delta=dist=1", "--lzma2");
    int header = delta.firstBlock();
    assertRefused(Rule.Z7, delta.copy().set(header + 2, 0x02).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, delta.copy().set(header + 2, 0x0C).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, delta.copy().set(header + 2, 0x04).fixBlockHeader()::unpack);
    assertRefused(Rule.Z7, delta.copy().set(header + 2, 0x21).fixBlockHeader()::unpack);
  }

  @Test
  void dictionaryAboveTheLimit_isRefusedWithBothNumbers() throws IOException {
    int dictionary = plain.firstBlock() + 4;
    XzFile large = plain.copy().set(dictionary, 37).fixBlockHeader(); // 3 << 29
    assertRefused(Rule.Z8, large::unpack)
        .hasMessageContaining("1610719232")
        .hasMessageContaining("134217728");
    assertRefused(Rule.Z8, plain.copy().set(dictionary, 40).fixBlockHeader()::unpack);

    DecoderLimits unlimited = new DecoderLimits(Long.MAX_VALUE, 0);
    try (InputStream in = Compression.XZ.decode(new ByteArrayInputStream(large.bytes), unlimited)) {
      assertRefused(Rule.Z8, in::read).hasMessageContaining("1610719232");
    }
  }

  @Test
  void dictionaryWithinTheLimit_isAccepted() throws IOException {
    byte[] packed = XzFile.pack(content, "--lzma2=dict=1MiB").bytes;
    long needed = (1 << 20) + 104 * 1024; // XZ for Java takes 104 KiB beside the dictionary
    DecoderLimits enough = new DecoderLimits(needed, 0);
    try (InputStream in = Compression.XZ.decode(new ByteArrayInputStream(packed), enough)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    DecoderLimits less = new DecoderLimits(needed - 1, 0);
    try (InputStream in = Compression.XZ.decode(new ByteArrayInputStream(packed), less)) {
      assertRefused(Rule.Z8, in::read);
    }
  }

  @Test
  void manySmallBlocksWithLargeDictionaries_takeLittleTime() throws IOException {
    // 64 and 48 MiB by turns: about 40 s with new arrays for each block, else under one.
    int dictionary = plain.firstBlock() + 4;
    byte[] large = plain.copy().set(dictionary, 28).fixBlockHeader().bytes;
    byte[] smaller = plain.copy().set(dictionary, 27).fixBlockHeader().bytes;
    byte[][] streams = new byte[3000][];
    Arrays.setAll(streams, i -> i % 2 == 0 ? large : smaller);
    byte[] unpacked = assertTimeout(Duration.ofSeconds(15), () -> unpack(streams));
    assertThat(unpacked).hasSize(3000 * content.length);
  }
}
