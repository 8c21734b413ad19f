package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.importer.pod.SourceImage.Tar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 8: what is expected of the bytes received. */
@NullMarked
class ChecksumPodTest extends PodTestBase {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final String MD5 = "5d41402abc4b2a76b9719d911017c592";
  private static final String SHA1 = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";
  private static final String SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  private static final String SHA512 =
      "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da"
          + "0c4663475c2e5c3adef46f73bcdec043";
  private static final String STREEBOG256 =
      "3fb0700a41ce6e41413ba764f98bf2135ba6ded516bea2fae8429cc5bdd46d6d";
  private static final String STREEBOG512 =
      "8df414260966beb7b34d920763079e15df1f63297eb3dd4311e8b585d4bf2f5923214f1dfed3fdee4aaf018330a12acd"
          + "e0efcc338eb52922f3e571212d42c8de";

  private void expect(String checksums) {
    serve("/disk.img", HELLO);
    pod.with("IMPORTER_CHECKSUMS", checksums);
  }

  @ParameterizedTest
  @CsvSource({
    "md5, " + MD5,
    "sha1, " + SHA1,
    "sha256, " + SHA256,
    "sha512, " + SHA512,
    "streebog256, " + STREEBOG256,
    "streebog512, " + STREEBOG512,
  })
  @Row({"8 algorithms", "8 Streebog", "8 vectors", "4 IMPORTER_CHECKSUMS", "8 who sets it"})
  void algorithms_areSix(String algorithm, String sum) throws IOException {
    expect(algorithm + ":" + sum);

    runWell();

    assertThat(published()).isEqualTo(HELLO);
  }

  /** Before anything is unpacked, whatever is stored. */
  @ParameterizedTest
  @ValueSource(strings = {"as-received", "unpacked"})
  @Row("8 input")
  void input_isWhatTheSourceSent(String store) throws IOException {
    byte[] packed = packed(raw(), "gzip");
    serve("/disk.gz", packed);
    String sum = io.dvcr.registry.Digest.of(packed).toString();
    pod.with("IMPORTER_CHECKSUMS", sum).with("IMPORTER_STORE", store);

    runWell();
  }

  @Test
  @Row("8 input")
  void input_ofARegistry_isTheFileInTheLayer() throws IOException {
    SourceImage image =
        SourceImage.in(registry.authority()).layer(new Tar().file("disk/a", HELLO).bytes());
    image.push();
    pod.with("IMPORTER_SOURCE", "registry")
        .with("IMPORTER_ENDPOINT", image.reference())
        .with("IMPORTER_CHECKSUMS", "md5:" + MD5);

    runWell();
  }

  @Test
  @Row("8 all of them")
  void all_haveToMatch() throws IOException {
    expect("md5:" + MD5 + ",sha1:" + SHA1 + ",sha256:" + SHA256 + ",sha512:" + SHA512);
    runWell();

    pod.with("IMPORTER_CHECKSUMS", "md5:" + MD5 + ",sha256:" + "0".repeat(64));
    assertThat(pod.run()).isZero();
    assertThat(pod.error()).contains("sha256 sum mismatch");
  }

  @Test
  @Row("8 all of them")
  void all_areComparedByTheirNames() throws IOException {
    expect("sha256:" + "0".repeat(64) + ",md5:" + "0".repeat(32) + ",sha1:" + "0".repeat(40));

    assertThat(runInVain()).contains("md5 sum mismatch").doesNotContain("sha");
  }

  @Test
  @Row("8 case")
  void case_ofDigitsDoesNotMatter() throws IOException {
    expect("sha1:" + SHA1.toUpperCase(Locale.ROOT));

    runWell();
  }

  @Test
  @Row("8 case")
  void case_ofNamesDoes() throws IOException {
    expect("MD5:" + MD5);

    assertThat(runInVain()).contains("unsupported checksum algorithm \"MD5\"");
  }

  @Test
  @Row({"8 mismatch", "10 permanent error", "11.2 permanent"})
  void mismatch_isToldInTheContractsWords_andEndsThePod() throws IOException {
    expect("md5:" + "0".repeat(32));

    assertThat(runInVain()).contains("md5 sum mismatch: " + "0".repeat(32) + " != " + MD5);
    assertThat(files.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5d41402abc4b2a76b9719d911017c592", "md5"})
  @Row("8 malformed")
  void malformed_isToldBeforeAnythingIsRead(String checksum) throws IOException {
    expect(checksum);

    assertThat(runInVain())
        .contains("malformed checksum \"" + checksum + "\", expected the algorithm:sum format");
    assertThat(files.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5:12", "md5:zz41402abc4b2a76b9719d911017c592", "sha256:" + MD5})
  @Row("8 malformed")
  void malformed_isAlsoASumOfAnotherLength(String checksum) throws IOException {
    expect(checksum);

    assertThat(runInVain()).contains("malformed checksum \"" + checksum + "\"", "hex digits");
  }

  @Test
  @Row("8 unknown")
  void unknown_isToldWithAllThatAreKnown() throws IOException {
    expect("crc32:00000000");

    assertThat(runInVain())
        .contains(
            "unsupported checksum algorithm \"crc32\", supported algorithms are md5, sha1, sha256,"
                + " sha512, streebog256, streebog512");
  }
}
