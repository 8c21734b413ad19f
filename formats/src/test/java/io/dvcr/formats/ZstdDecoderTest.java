package io.dvcr.formats;

import static io.dvcr.formats.RefusalAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdDecoderTest extends DecoderContract {
  private static final byte[] MAGIC = Streams.bytes(0x28, 0xB5, 0x2F, 0xFD);

  /** A raw block of three bytes, the last one. */
  private static final byte[] ABC = Streams.bytes(3 << 3 | 1, 0, 0, 'a', 'b', 'c');

  private static final byte[] SKIPPABLE =
      Streams.bytes(0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 'a', 'b', 'c', 'd');

  private final byte[] content = Streams.content(3000, 5);

  @Override
  Compression compression() {
    return Compression.ZSTD;
  }

  @Override
  byte[] pack(byte[] bytes) throws IOException {
    return RealTool.pipe(bytes, "zstd", "-c", "-q");
  }

  @Override
  Rule truncation() {
    return Rule.S2;
  }

  @Override
  String tool() {
    return "zstd";
  }

  private static byte[] unpack(byte[]... parts) throws IOException {
    return Streams.unpack(Compression.ZSTD, Streams.concat(parts));
  }

  /** A frame of {@link #ABC} with a header of these bytes. */
  private static byte[] abc(int... header) {
    return Streams.concat(MAGIC, Streams.bytes(header), ABC);
  }

  /** As {@link #pack}, but from a file, so that the header states the size of the content. */
  private byte[] packFile(Path folder, String... options) throws IOException {
    Path file = Files.write(folder.resolve("content"), content);
    List<String> command = new java.util.ArrayList<>(List.of("zstd", "-c", "-q"));
    command.addAll(Arrays.asList(options));
    command.add(file.toString());
    return RealTool.pipe(new byte[0], command.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-19", "--fast", "--no-check", "--long=27", "-T2", "--check -3"})
  void everyWriter_givesContent(String options, @TempDir Path folder) throws IOException {
    // --long states a window of 128 MiB in a pipe; from a file the content's length is enough.
    assertThat(unpack(packFile(folder, options.split(" ")))).isEqualTo(content);
  }

  @Test
  void longFromAPipe_isRefusedUnlessAllowed() throws IOException {
    byte[] packed = RealTool.pipe(content, "zstd", "-c", "-q", "--long=27");
    assertRefused(Rule.S4, () -> unpack(packed))
        .hasMessageContaining("134217728")
        .hasMessageContaining("8388608");
    DecoderLimits allowed = new DecoderLimits(0, 128L << 20);
    try (InputStream in = Compression.ZSTD.decode(new ByteArrayInputStream(packed), allowed)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void windowsOfAnyKind_giveContent(@TempDir Path folder) throws IOException {
    for (int size :
        new int[] {0, 1, 255, 256, 1023, 1025, 1100, 65_791, 65_792, 131_073, 3_000_017}) {
      byte[] bytes = Streams.content(size, size);
      Path file = Files.write(folder.resolve("f" + size), bytes);
      for (String level : List.of("-1", "-19")) {
        byte[] packed = RealTool.pipe(new byte[0], "zstd", "-c", "-q", level, file.toString());
        assertThat(unpack(packed)).as("%d bytes, %s", size, level).isEqualTo(bytes);
      }
    }
  }

  @Test
  void manyFramesAndSkippableFrames_giveTheirConcatenation(@TempDir Path folder)
      throws IOException {
    byte[] packed = packFile(folder);
    byte[] empty = Streams.bytes(0x5F, 0x2A, 0x4D, 0x18, 0, 0, 0, 0);
    assertThat(Compression.detect(SKIPPABLE, SKIPPABLE.length)).isEqualTo(Compression.ZSTD);
    assertThat(unpack(SKIPPABLE, packed, empty, packed, SKIPPABLE))
        .isEqualTo(Streams.concat(content, content));
    assertThat(unpack(SKIPPABLE)).isEmpty();
  }

  @Test
  void fiftyThousandEmptyFrames_giveNothing() throws IOException {
    byte[] empty = Streams.concat(MAGIC, Streams.bytes(0x20, 0, 1, 0, 0));
    byte[] frames = new byte[50_000 * empty.length];
    for (int i = 0; i < frames.length; i += empty.length) {
      System.arraycopy(empty, 0, frames, i, empty.length);
    }
    assertThat(unpack(frames)).isEmpty();
  }

  @Test
  void handMadeFrames_areAcceptedByBoth() throws IOException {
    byte[][] frames = {
      abc(0x00, 0x00), // window 1 KiB
      abc(0x10, 0x00), // the unused bit
      abc(0x20, 3), // single segment
      abc(0x61, 0, 0xFD, 0xFE), // dictionary id 0; 2 bytes of content size, refused below
      abc(0xE0, 3, 0, 0, 0, 0, 0, 0, 0),
      abc(0xA3, 0, 0, 0, 0, 3, 0, 0, 0), // dictionary id 0 in four bytes
    };
    for (byte[] frame : frames) {
      boolean refused = !RealTool.accepts(frame, "zstd", "-t", "-q");
      if (refused) {
        assertRefused(Rule.S3, () -> unpack(frame));
      } else {
        assertThat(unpack(frame)).isEqualTo(Streams.bytes('a', 'b', 'c'));
      }
    }
  }

  @Test
  void wrongChecksum_isRefused(@TempDir Path folder) throws IOException {
    byte[] packed = packFile(folder);
    packed[packed.length - 1] ^= 1;
    assertRefused(Rule.S1, () -> unpack(packed)).hasMessageContaining("checksum");
  }

  @Test
  void damagedBlock_isRefused() {
    // A compressed block whose literals section is cut off by its size.
    assertRefused(Rule.S1, () -> unpack(MAGIC, Streams.bytes(0, 0, 2 << 3 | 5, 0, 0, 0xFF, 0xFF)));
    // A raw block larger than the window of 1 KiB.
    assertRefused(Rule.S1, () -> unpack(MAGIC, Streams.bytes(0, 0, 9, 0x20, 0), new byte[1025]));
  }

  @Test
  void endInsideAnyPart_isRefused(@TempDir Path folder) throws IOException {
    byte[] all = Streams.concat(SKIPPABLE, packFile(folder), SKIPPABLE);
    int frameEnd = all.length - SKIPPABLE.length;
    for (int length = 1; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      if (length == SKIPPABLE.length || length == frameEnd) {
        assertThat(unpack(cut)).hasSizeBetween(0, content.length);
      } else {
        assertRefused(Rule.S2, () -> unpack(cut));
      }
    }
  }

  @Test
  void wrongContentSize_isRefused() {
    assertRefused(Rule.S3, () -> unpack(abc(0x20, 2)));
    assertRefused(Rule.S3, () -> unpack(abc(0x20, 4))).hasMessageContaining("4 bytes");
    assertRefused(Rule.S3, () -> unpack(abc(0x40, 0, 0, 0)));
    // 2^64 - 1 in a frame with a window of its own
    assertRefused(Rule.S3, () -> unpack(abc(0xC0, 0, 255, 255, 255, 255, 255, 255, 255, 255)))
        .hasMessageContaining("18446744073709551615");
  }

  @Test
  void wrongContentSizeOfCompressedFrame_isRefused(@TempDir Path folder) throws IOException {
    byte[] packed = packFile(folder); // descriptor, then 3000 - 256 in two bytes
    assertThat(packed[4] & 0xFF).isEqualTo(0x64);
    packed[5] ^= 1;
    assertRefused(Rule.S3, () -> unpack(packed));
    packed[5] ^= 1;
    packed[6] ^= 8;
    assertRefused(Rule.S3, () -> unpack(packed));
  }

  @Test
  void windowAboveTheLimit_isRefusedWithBothNumbers() {
    assertRefused(Rule.S4, () -> unpack(abc(0x00, 0xFF)))
        .hasMessageContaining("4123168604160") // 3.75 TiB, the format's largest
        .hasMessageContaining("8388608");
    assertRefused(Rule.S4, () -> unpack(abc(0xE0, 255, 255, 255, 255, 255, 255, 255, 255)))
        .hasMessageContaining("18446744073709551615");
    assertRefused(Rule.S4, () -> unpack(abc(0x00, 0x69))); // 9 MiB
  }

  @Test
  void windowAtTheLimit_isAccepted() throws IOException {
    assertThat(unpack(abc(0x00, 0x68))).hasSize(3); // 8 MiB
    byte[] segment = abc(0x20, 3);
    try (InputStream in =
        Compression.ZSTD.decode(new ByteArrayInputStream(segment), new DecoderLimits(0, 3))) {
      assertThat(in.readAllBytes()).hasSize(3);
    }
  }

  @Test
  void reservedBitTypeOrDictionary_isRefused() {
    assertRefused(Rule.S5, () -> unpack(abc(0x08, 0)));
    assertRefused(Rule.S5, () -> unpack(abc(0x21, 7, 3))).hasMessageContaining("dictionary 7");
    assertRefused(Rule.S5, () -> unpack(abc(0x23, 0, 0, 0, 0x80, 3)))
        .hasMessageContaining("2147483648");
    assertRefused(Rule.S5, () -> unpack(MAGIC, Streams.bytes(0, 0, 7, 0, 0)));
  }

  @Test
  void anythingBehindTheLastFrame_isRefused() {
    byte[] frame = abc(0x20, 3);
    for (byte[] garbage :
        List.of(new byte[1], new byte[4], new byte[1000], Streams.bytes('x', '\n'))) {
      assertRefused(Rule.S6, () -> unpack(frame, garbage));
    }
    assertRefused(Rule.S6, () -> unpack(frame, Streams.bytes(0x28, 0xB5, 0x2F, 0xFE)));
    assertRefused(Rule.S6, () -> unpack(frame, Streams.bytes(0x27, 0xB5, 0x2F, 0xFD)));
    assertRefused(Rule.S6, () -> unpack(Streams.bytes('n', 'o')));
  }

  @Test
  void blockThatHasCome_isGivenBeforeMoreIsRead() throws IOException {
    byte[] packed = pack(Streams.content(300_000, 9));
    int header = 6; // magic, descriptor and window: a pipe has no size to state
    int size = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).getInt(header) << 8 >>> 11;
    IOException failure = new IOException("nothing more yet");
    InputStream source = Streams.failing(packed, header + 3 + size, failure);
    long length = 0;
    byte[] buffer = new byte[100];
    try (InputStream in = Compression.ZSTD.decode(source, DecoderLimits.DEFAULT)) {
      while (true) {
        length += in.read(buffer);
      }
    } catch (IOException e) {
      assertThat(e).isSameAs(failure);
    }
    assertThat(length).isEqualTo(128 << 10);
  }
}
