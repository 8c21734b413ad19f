package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's schema 1, mostly in a hostile form; {@code Schema1PodTest} has it out of a registry. */
class Schema1Test {
  private static final Digest BOTTOM =
      Digest.parse("sha256:61ef5f8147b29206c66c2d4418aa7d58a63c6566d2e52b539525d57c28d3a293");
  private static final Digest TOP =
      Digest.parse("sha256:35575a863772e1905890ff4c0799840fae6becbfae416f7bafebff19b0d0cd2f");

  /** A tar of no files, packed: what steps that change no file have for a layer. */
  private static final Digest EMPTY =
      Digest.parse("sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");

  /** As distribution 2.8 told it beside the signed text. */
  private static final Digest OF_SIGNED =
      Digest.parse("sha256:cac313163cdfe1d971dc65275bf18b87ee6d7ab4c3b33202da4f4f9dff104c8c");

  private static String signed = "";

  /**
   * Made by skopeo 1.9.3 of an image of four steps, of which the second and the fourth change no
   * file: {@code skopeo copy --format v2s1 dir:image docker://HOST/images/source:old}, fetched with
   * curl.
   */
  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = Schema1Test.class.getResourceAsStream("schema1-signed.json")) {
      signed = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Manifest parsed(String text) throws MalformedManifestException {
    return Manifest.parse(MediaTypes.DOCKER_SCHEMA1_SIGNED, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A signature that covers the first bytes of a text and a tail. */
  private static String signature(String header) {
    return "\"signatures\":[{\"protected\":\"" + base64(header) + "\"}]";
  }

  private static String header(Object length, String tail) {
    return "{\"formatLength\":%s,\"formatTail\":\"%s\"}".formatted(length, base64(tail));
  }

  @Test
  void signed_hasTheDigestOfWhatWasSigned() throws IOException {
    Manifest manifest = parsed(signed);

    assertThat(manifest.isSchema1()).isTrue();
    assertThat(manifest.isIndex()).isFalse();
    assertThat(manifest.descriptor().digest()).isEqualTo(OF_SIGNED);
    assertThat(manifest.digestMatches(OF_SIGNED)).isTrue();
    assertThat(manifest.digestMatches(Digest.of(manifest.content()))).isFalse();
  }

  @Test
  void layers_areToldFirstToLast_eachOnce() throws IOException {
    assertThat(parsed(signed).schema1Layers()).containsExactly(BOTTOM, EMPTY, TOP);
  }

  /** Docker signs indented texts, whose tail is a line of its own. */
  @Test
  void indented_isReadToo() throws IOException {
    String start = "{\n   \"schemaVersion\": 1,\n   \"fsLayers\": [{\"blobSum\": \"" + TOP + "\"}]";
    String text = start + ",\n   " + signature(header(start.length(), "\n}")) + "\n}";

    Manifest manifest = parsed(text);

    assertThat(manifest.schema1Layers()).containsExactly(TOP);
    assertThat(manifest.digestMatches(Digest.of((start + "\n}").getBytes(StandardCharsets.UTF_8))))
        .isTrue();
  }

  @Test
  void unsigned_hasTheDigestOfItsText() throws IOException {
    String text = "{\"schemaVersion\":1,\"fsLayers\":[{\"blobSum\":\"" + TOP + "\"}]}";

    Manifest manifest = parsed(text);

    assertThat(manifest.schema1Layers()).containsExactly(TOP);
    assertThat(manifest.descriptor().digest())
        .isEqualTo(Digest.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Else a registry could put other layers into an image that is asked for by its digest. */
  @Test
  void whatIsNotSigned_doesNotCount() throws IOException {
    String more = ",\"fsLayers\":[{\"blobSum\":\"" + EMPTY + "\"}],\"manifests\":[],\"signatures\"";

    Manifest manifest = parsed(signed.replace(",\"signatures\"", more));

    assertThat(manifest.digestMatches(OF_SIGNED)).isTrue();
    assertThat(manifest.isIndex()).isFalse();
    assertThat(manifest.schema1Layers()).containsExactly(BOTTOM, EMPTY, TOP);
  }

  /** Else the digest of a manifest of another kind would vouch for it. */
  @Test
  void signedTextOfAnotherKind_isMalformed() {
    String other = "{\"schemaVersion\":2,\"layers\":[]}";

    assertMalformed("{\"schemaVersion\":1," + signature(header(0, other)) + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1000000", "1e99", "9223372036854775807", "\"5\"", "null", "{}"})
  void lengthThatCannotBe_isMalformed(String length) {
    assertMalformed("{\"schemaVersion\":1," + signature(header(length, "}")) + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "no JSON", "{\"formatLength\":1,\"formatTail\":\"*\"}"})
  void headerThatSaysNothing_isMalformed(String header) {
    assertMalformed("{\"schemaVersion\":1," + signature(header) + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "1", "null", "{\"blobSum\":\"tarsum.v1+sha256:00\"}"})
  void layerWithoutADigest_isMalformed(String layer) {
    String text = "{\"schemaVersion\":1,\"fsLayers\":[" + layer + "]}";

    assertThatThrownBy(() -> parsed(text).schema1Layers())
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageContaining("fsLayers[0]");
  }

  /** Whichever byte is wrong, it is read or refused. */
  @Test
  void damage_isNoOtherFailure() {
    byte[] text = signed.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < text.length; i++) {
      byte[] damaged = text.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      try {
        Manifest manifest = Manifest.parse(MediaTypes.DOCKER_SCHEMA1_SIGNED, damaged);
        assertThat(manifest.schema1Layers()).hasSizeLessThanOrEqualTo(4);
      } catch (MalformedManifestException e) {
        assertThat(e).message().isNotEmpty();
      }
    }
  }

  private static void assertMalformed(String text) {
    assertThatThrownBy(() -> parsed(text)).isInstanceOf(MalformedManifestException.class);
  }
}
