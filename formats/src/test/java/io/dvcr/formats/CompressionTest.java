package io.dvcr.formats;

import static io.dvcr.formats.RefusalAssert.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
  private static Compression detect(byte[] head) throws IOException {
    return Compression.detect(head, head.length);
  }

  private static byte[] hex(String hex) {
    return java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "1f8b08, GZIP",
    "fd377a585a00, XZ",
    "28b52ffd, ZSTD",
    "502a4d18, ZSTD",
    "5f2a4d18, ZSTD",
    "4f2a4d18, NONE",
    "602a4d18, NONE",
    "1f, NONE",
    "1f8b, GZIP",
    "1f8b07, GZIP",
    "fd377a585a01, NONE",
    "425a6839, NONE",
    "425a68393141592653, NONE",
    "514649fb00000003, NONE",
    "5d00000000000000000000000000, NONE",
    "'', NONE"
  })
  void firstBytes_tellTheCompression(String head, Compression expected) throws IOException {
    assertThat(detect(hex(head))).isEqualTo(expected);
    assertThat(detect(Arrays.copyOf(hex(head), Compression.HEAD_LENGTH)))
        .isIn(expected, Compression.NONE);
  }

  @Test
  void bytesBehindTheLength_areNotLookedAt() throws IOException {
    assertThat(Compression.detect(hex("1f8b08"), 1)).isEqualTo(Compression.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "425a68 39 314159265359, bzip2",
    "425a68 31 177245385090, bzip2",
    "04224d18, lz4",
    "4c5a4950, lzip",
    "1f9d90, compress",
    "377abcaf271c, 7z",
    "504b0304, zip",
    "526172211a0700, rar",
    "526172211a0701, rar",
    "5d 00008000 ffffffffffffffff 00, LZMA",
    "5d 00000001 0000100000000000, LZMA",
    "5d 00000c00 0010000000000000, LZMA"
  })
  void otherPackings_areRefusedByNameWithWhatIsSupported(String head, String name) {
    assertRefused(Rule.O5, () -> detect(hex(head)))
        .hasMessageContaining(name)
        .hasMessageContaining("gzip, xz and zstd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bzip2 -c", "lz4 -c -q", "xz -c --format=lzma", "zip -q - -"})
  void outputOfOtherPackers_isRefused(String command) throws IOException {
    byte[] packed = RealTool.pipe(Streams.content(5000, 3), command.split(" "));
    assertRefused(Rule.O5, () -> detect(packed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5d 00009000 ffffffffffffffff 00", // neither 2^n nor 2^n + 2^(n-1)
        "5d 00008000 0000000040000000", // 256 GiB
        "5d 00008000 fffffffffffffffe 00", // an absurd size
        "5e 00008000 ffffffffffffffff 00",
        "5d 00080000 ffffffffffffffff 00" // a dictionary of 2 KiB
      })
  void whatIsNotQuiteLzmaAlone_isNotTakenForIt(String head) throws IOException {
    assertThat(detect(hex(head))).isEqualTo(Compression.NONE);
  }

  @Test
  void none_givesTheSourceItself() throws IOException {
    InputStream source = new ByteArrayInputStream(new byte[3]);
    assertThat(Compression.NONE.decode(source, DecoderLimits.DEFAULT)).isSameAs(source);
  }

  @Test
  void suffixes_areTheUsualOnes() {
    assertThat(Stream.of(Compression.values()).map(Compression::suffix))
        .containsExactly("", ".gz", ".xz", ".zst");
  }
}
