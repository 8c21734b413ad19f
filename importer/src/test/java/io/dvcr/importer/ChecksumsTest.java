package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumsTest {
  /** Of the five bytes "hello"; the last two are of GOST R 34.11-2012. */
  private static final List<String> HELLO =
      List.of(
          "md5:5d41402abc4b2a76b9719d911017c592",
          "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
          "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
          "sha512:9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
          "streebog256:3fb0700a41ce6e41413ba764f98bf2135ba6ded516bea2fae8429cc5bdd46d6d",
          "streebog512:8df414260966beb7b34d920763079e15df1f63297eb3dd4311e8b585d4bf2f5923214f1dfed3fdee4aaf018330a12acde0efcc338eb52922f3e571212d42c8de");

  private static void verify(Checksums checksums, String text) throws IOException {
    ByteObserver observer = checksums.verifying();
    for (byte each : text.getBytes(StandardCharsets.US_ASCII)) {
      observer.observe(new byte[] {0, each, 0}, 1, 1);
    }
    observer.end();
  }

  @Test
  void allSix_agreeWithTheirTestVectors() throws IOException {
    Checksums checksums = Checksums.parse(HELLO);

    verify(checksums, "hello");

    assertThat(checksums.expected()).hasSize(6);
  }

  @Test
  void upperCaseDigits_areTheSame() throws IOException {
    verify(Checksums.parse(List.of("md5:5D41402ABC4B2A76B9719D911017C592")), "hello");
  }

  @Test
  void otherBytes_areToldByTheFirstAlgorithm() {
    assertThatThrownBy(() -> verify(Checksums.parse(HELLO), "hellO"))
        .isInstanceOf(ChecksumMismatchException.class)
        .hasMessageMatching("md5 sum mismatch: 5d41402abc4b2a76b9719d911017c592 != [0-9a-f]{32}");
  }

  @Test
  void eachReading_isVerifiedAfresh() throws IOException {
    Checksums checksums = Checksums.parse(HELLO);
    assertThatThrownBy(() -> verify(checksums, "other"))
        .isInstanceOf(ChecksumMismatchException.class);

    verify(checksums, "hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"md5", "md5:", "md5:xyz", "md5:5d41402abc4b2a76b9719d911017c5", "MD5:00", "crc:0"})
  void whatIsNoChecksum_isRefused(String pair) {
    assertThatThrownBy(() -> Checksums.parse(List.of(pair)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(pair.substring(0, 2).toLowerCase(Locale.ROOT).substring(1));
  }
}
