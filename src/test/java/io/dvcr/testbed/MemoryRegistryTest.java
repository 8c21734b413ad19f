package io.dvcr.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fake has to be right before anything is tested with it. */
class MemoryRegistryTest {
  private static final byte[] BLOB = "hello, blob".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = StoredRepository.sha256(BLOB);

  private MemoryRegistry registry = MemoryRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void skopeo_copiesAnImageThereAndBack(@TempDir Path folder) throws IOException {
    Path layout = folder.resolve("layout");
    Tools.run("umoci", "init", "--layout", layout).expectSuccess();
    Tools.run("umoci", "new", "--image", layout + ":v1").expectSuccess();
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.write(root.resolve("disk.img"), new byte[3 << 20]);
    Tools.run("umoci", "insert", "--image", layout + ":v1", root, "/disk").expectSuccess();
    String image = "docker://" + registry.authority() + "/disks/one:v1";

    Tools.run("skopeo", "copy", "--dest-tls-verify=false", "oci:" + layout + ":v1", image)
        .expectSuccess();
    Tools.run("skopeo", "copy", "--src-tls-verify=false", image, "oci:" + folder + "/back:v1")
        .expectSuccess();

    assertThat(registry.openUploadSessions()).isZero();
    assertThat(registry.manifest("disks/one", "v1")).isPresent();
    assertThat(folder.resolve("back/index.json")).exists();
  }

  @Test
  void chunks_areTakenInOrderOnly() throws IOException {
    URI first = begin("");

    RawResponse wrong = RawResponse.to(first, "PATCH", BLOB, "Content-Range: 5-15");
    assertThat(wrong.status()).isEqualTo(416);
    assertThat(wrong.header("Range")).contains("0-0");

    RawResponse half = RawResponse.to(first, "PATCH", part(0, 5), "Content-Range: 0-4");
    assertThat(half.status()).isEqualTo(202);
    assertThat(half.header("Range")).contains("0-4");
    assertThat(RawResponse.to(first, "PATCH", part(5, 11)).status())
        .as("an old location")
        .isEqualTo(400);
    RawResponse whole =
        RawResponse.to(location(first, half), "PATCH", part(5, 11), "Content-Range: 5-10");

    assertThat(commit(location(first, whole), DIGEST).status()).isEqualTo(201);
    assertThat(registry.blob("a/b", DIGEST)).contains(BLOB);
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  void cutChunk_keepsWhatArrived() throws IOException {
    registry.faults().add(Fault.on("PATCH", "").afterRequestBytes(4).then(Effect.CUT));
    URI first = begin("");

    assertThatThrownBy(() -> RawResponse.to(first, "PATCH", BLOB)).isInstanceOf(IOException.class);
    RawResponse status = RawResponse.to(first, "GET");

    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).contains("0-3");
    RawResponse rest = RawResponse.to(location(first, status), "PATCH", part(4, 11));
    assertThat(commit(location(first, rest), DIGEST).status()).isEqualTo(201);
  }

  @Test
  void cutChunkOfAnOldRegistry_losesTheSession() throws IOException {
    restart(MemoryRegistryOptions.plain().losingCutSessions(), RegistryAuth.none());
    registry.faults().add(Fault.on("PATCH", "").afterRequestBytes(4).then(Effect.RESET));
    URI first = begin("");

    assertThatThrownBy(() -> RawResponse.to(first, "PATCH", BLOB)).isInstanceOf(IOException.class);

    assertThat(RawResponse.to(first, "GET").status()).isEqualTo(404);
  }

  @Test
  void faultsOfTheRegistry_changeWhatItHas() throws IOException {
    URI first = begin("");
    RawResponse sent = RawResponse.to(first, "PATCH", BLOB);
    registry.faults().add(Fault.on("GET", "uploads").then(registry.liesAboutOffsetBy(-2)));
    registry.faults().add(Fault.on("GET", "uploads").nth(2).then(registry.forgetsLastBytes(1)));
    registry.faults().add(Fault.on("GET", "uploads").nth(3).then(registry.losesSessions()));

    assertThat(RawResponse.to(first, "GET").header("Range")).contains("0-8");
    assertThat(RawResponse.to(location(first, sent), "GET").header("Range")).contains("0-7");
    assertThat(RawResponse.to(first, "GET").status()).isEqualTo(404);
    assertThat(registry.faults().happened()).isEqualTo(3);
  }

  @Test
  void answerLost_butTheChunkIsThere() throws IOException {
    registry.faults().add(Fault.on("PATCH", "").insteadOfTheAnswer().then(Effect.CUT));
    URI first = begin("");

    assertThatThrownBy(() -> RawResponse.to(first, "PATCH", BLOB)).isInstanceOf(IOException.class);

    assertThat(RawResponse.to(first, "GET").header("Range")).contains("0-10");
  }

  @Test
  void wrongDigest_isRefused() throws IOException {
    RawResponse refused = commit(begin(""), DIGEST);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("DIGEST_INVALID");
    assertThat(registry.blobCount("a/b")).isZero();
  }

  @Test
  void cancelledUpload_isUnknown() throws IOException {
    URI first = begin("");
    assertThat(registry.openUploadSessions()).isEqualTo(1);

    assertThat(RawResponse.to(first, "DELETE").status()).isEqualTo(204);

    assertThat(registry.openUploadSessions()).isZero();
    assertThat(RawResponse.to(first, "GET").status()).isEqualTo(404);
  }

  @Test
  void mount_takesOverOrBeginsAnUpload() throws IOException {
    push("c/d", BLOB);

    assertThat(post("?mount=" + DIGEST + "&from=c/d").status()).isEqualTo(201);
    assertThat(registry.blob("a/b", DIGEST)).contains(BLOB);
    assertThat(post("?mount=" + DIGEST + "&from=e/f").status()).isEqualTo(202);

    restart(MemoryRegistryOptions.plain().withoutMounts(), RegistryAuth.none());
    push("c/d", BLOB);
    assertThat(post("?mount=" + DIGEST + "&from=c/d").status()).isEqualTo(202);
  }

  @Test
  void blob_isReadByRange() throws IOException {
    push("a/b", BLOB);
    URI blob = registry.server().uri("/v2/a/b/blobs/" + DIGEST);

    assertThat(RawResponse.to(blob, "GET").body()).isEqualTo(BLOB);
    assertThat(RawResponse.to(blob, "HEAD").header("Content-Length")).contains("11");
    assertThat(RawResponse.to(blob, "GET", "Range: bytes=7-").body()).isEqualTo(part(7, 11));
    assertThat(RawResponse.to(blob, "GET", "Range: bytes=11-").status()).isEqualTo(416);
    assertThat(RawResponse.to(blob, "DELETE").status()).isEqualTo(202);
    assertThat(RawResponse.to(blob, "GET").status()).isEqualTo(404);
  }

  @Test
  void tooLongChunk_isRefusedBeforeItIsRead() throws IOException {
    restart(MemoryRegistryOptions.plain().withMaxChunkBytes(10), RegistryAuth.none());

    assertThat(RawResponse.to(begin(""), "PATCH", BLOB).status()).isEqualTo(413);
    assertThat(registry.server().requests("PATCH", "").getFirst().bodyBytes()).isZero();
  }

  @Test
  void tooShortChunk_isRefusedOnceAnotherComes() throws IOException {
    restart(MemoryRegistryOptions.plain().withChunkMinLength(6), RegistryAuth.none());
    RawResponse begun = post("");
    assertThat(begun.header("OCI-Chunk-Min-Length")).contains("6");
    URI first = URI.create(begun.header("Location").orElseThrow());

    RawResponse shortOne = RawResponse.to(first, "PATCH", part(0, 5));

    assertThat(shortOne.status()).as("it may be the last").isEqualTo(202);
    assertThat(RawResponse.to(location(first, shortOne), "PATCH", part(5, 11)).status())
        .isEqualTo(400);
  }

  @Test
  void relativeLocation_isOnlyAQueryAfterTheFirst() throws IOException {
    restart(
        MemoryRegistryOptions.plain().with(MemoryRegistryOptions.Location.RELATIVE),
        RegistryAuth.none());

    String first = post("").header("Location").orElseThrow();
    assertThat(first).matches("[0-9a-f-]{36}[?]offset=0");
    RawResponse sent =
        RawResponse.to(registry.server().uri("/v2/a/b/blobs/uploads/" + first), "PATCH", BLOB);

    assertThat(sent.header("Location")).contains("?offset=11");
  }

  @Test
  void manifestNamingAMissingBlob_isRefused() throws IOException {
    URI manifest = registry.server().uri("/v2/a/b/manifests/v1");
    byte[] content =
        ("{\"schemaVersion\":2,\"config\":{\"digest\":\"" + DIGEST + "\"},\"layers\":[]}")
            .getBytes(StandardCharsets.UTF_8);
    String type = "Content-Type: application/vnd.oci.image.manifest.v1+json";

    RawResponse refused = RawResponse.to(manifest, "PUT", content, type);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("MANIFEST_BLOB_UNKNOWN");

    push("a/b", BLOB);
    assertThat(RawResponse.to(manifest, "PUT", content, type).status()).isEqualTo(201);
    assertThat(RawResponse.to(manifest, "GET").body()).isEqualTo(content);
    assertThat(RawResponse.to(manifest, "GET", "Accept: text/plain").status()).isEqualTo(404);
  }

  @Test
  void tags_comeInPages() throws IOException {
    restart(MemoryRegistryOptions.plain().withTagsPage(2), RegistryAuth.none());
    for (String tag : new String[] {"c", "a", "b"}) {
      RawResponse put =
          RawResponse.to(
              registry.server().uri("/v2/a/b/manifests/" + tag),
              "PUT",
              "{}".getBytes(StandardCharsets.UTF_8),
              "Content-Type: x/y");
      assertThat(put.status()).isEqualTo(201);
    }

    RawResponse first = RawResponse.to(registry.server().uri("/v2/a/b/tags/list"), "GET");

    assertThat(first.text()).contains("[\"a\",\"b\"]");
    assertThat(first.header("Link")).contains("</v2/a/b/tags/list?last=b&n=2>; rel=\"next\"");
    RawResponse second =
        RawResponse.to(registry.server().uri("/v2/a/b/tags/list?last=b&n=2"), "GET");
    assertThat(second.text()).contains("[\"c\"]");
    assertThat(second.header("Link")).isEmpty();
  }

  @Test
  void basicAuth_wantsThePassword() throws IOException {
    restart(
        MemoryRegistryOptions.plain().withWarning("soon"), RegistryAuth.basic("user", "secret"));
    URI root = registry.server().uri("/v2/");

    RawResponse refused = RawResponse.to(root, "GET");

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).contains("Basic realm=\"registry\"");
    assertThat(refused.header("Warning")).contains("299 - \"soon\"");
    assertThat(RawResponse.to(root, "GET", "Authorization: Basic dXNlcjpzZWNyZXQ=").status())
        .isEqualTo(200);
  }

  @Test
  void token_isGoodForItsScopeAndSomeRequests() throws IOException {
    RegistryAuth auth = RegistryAuth.bearer("user", "secret", 2);
    restart(MemoryRegistryOptions.plain(), auth);
    URI blob = registry.server().uri("/v2/a/b/blobs/" + DIGEST);

    assertThat(RawResponse.to(blob, "GET").header("WWW-Authenticate"))
        .contains(
            "Bearer realm=\""
                + registry.server().uri("/token")
                + "\",service=\"memory\",scope=\"repository:a/b:pull\"");
    URI token = registry.server().uri("/token?service=memory&scope=repository:a/b:pull,push");
    assertThat(RawResponse.to(token, "GET").status()).isEqualTo(401);
    assertThat(RawResponse.to(token, "GET", "Authorization: Basic dXNlcjpzZWNyZXQ=").text())
        .contains("\"token-1\"");

    String given = "Authorization: Bearer token-1";
    URI other = registry.server().uri("/v2/c/d/blobs/" + DIGEST);
    assertThat(RawResponse.to(other, "GET", given).status()).as("another scope").isEqualTo(401);
    assertThat(RawResponse.to(blob, "GET", given).status()).isEqualTo(404);
    assertThat(RawResponse.to(blob, "GET", given).status()).isEqualTo(404);
    assertThat(RawResponse.to(blob, "GET", given).status()).as("used up").isEqualTo(401);
    assertThat(auth.issued()).isEqualTo(1);
  }

  private void restart(MemoryRegistryOptions options, RegistryAuth auth) {
    registry.close();
    registry = MemoryRegistry.start(options, auth);
  }

  private RawResponse post(String query) throws IOException {
    return RawResponse.to(registry.server().uri("/v2/a/b/blobs/uploads/" + query), "POST");
  }

  private URI begin(String query) throws IOException {
    return URI.create(post(query).header("Location").orElseThrow());
  }

  private void push(String repository, byte[] blob) throws IOException {
    String path = "/v2/" + repository + "/blobs/uploads/?digest=" + StoredRepository.sha256(blob);
    assertThat(RawResponse.to(registry.server().uri(path), "POST", blob).status()).isEqualTo(201);
  }

  private static RawResponse commit(URI location, String digest) throws IOException {
    return RawResponse.to(URI.create(location + "&digest=" + digest), "PUT");
  }

  private static URI location(URI request, RawResponse response) {
    return request.resolve(response.header("Location").orElseThrow());
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(BLOB, from, to);
  }
}
