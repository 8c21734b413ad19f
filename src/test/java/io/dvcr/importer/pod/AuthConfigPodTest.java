package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.docs.Row;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.DockerCredentials;
import io.dvcr.registry.Reference;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.ScriptedHttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 4.1: what a mounted docker configuration says of a registry. */
@NullMarked
class AuthConfigPodTest extends PodTestBase {
  private static final String HOST = "dvcr.example.svc:5000";
  private static final Optional<Credentials> ANNA = Optional.of(new Credentials("anna", "geheim"));

  private Optional<Credentials> find(String registry, String config) throws IOException {
    return DockerCredentials.in(secret("auth", ".dockerconfigjson", config)).find(registry);
  }

  private static String entry(String key, String fields) {
    return "{\"auths\":{\"" + key + "\":{" + fields + "}}}";
  }

  private static String auth(String user, String password) {
    return "\"auth\":\"" + basic(user, password) + "\"";
  }

  /** The source's file is asked for the source's host, the target's for the target's. */
  @Test
  @Row({"4.1 which host", "3 source-registry-secret-vol", "4 IMPORTER_AUTH_CONFIG"})
  void whichHost_isThatOfTheReference() throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("anna", "geheim"));
    String both = auths(registry.authority(), "anna", "geheim");
    serve("/disk.img", raw());
    pod.with("IMPORTER_DESTINATION_AUTH_CONFIG", secret("dvcr-auth", ".dockerconfigjson", both));
    runWell();

    pod.with("IMPORTER_SOURCE", "registry")
        .with(
            "IMPORTER_ENDPOINT", "docker://" + registry.authority() + "/" + PodRun.TARGET + ":uid")
        .with("IMPORTER_AUTH_CONFIG", secret("dvcr-src-auth", ".dockerconfigjson", both))
        .with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/second:uid");

    runWell();
    assertThat(registry.manifest("cvi/second", "uid")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://index.docker.io/v1/", "index.docker.io", "docker.io"})
  @Row("4.1 docker.io")
  void dockerIo_isFoundUnderItsOldName(String key) throws IOException {
    String registry = Reference.parse("debian").registry();

    assertThat(find(registry, entry(key, auth("anna", "geheim")))).isEqualTo(ANNA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://%s", "http://%s", "https://%s/v2/", "http://%s/a", "%s/a/b"})
  @Row("4.1 key match")
  void keyMatch_isByHost_whereNoKeyIsTheSame(String key) throws IOException {
    assertThat(find(HOST, entry(key.formatted(HOST), auth("anna", "geheim")))).isEqualTo(ANNA);
  }

  @Test
  @Row("4.1 key match")
  void keyMatch_prefersTheSameKey() throws IOException {
    String config =
        "{\"auths\":{\"https://%1$s/v1\":{%2$s},\"%1$s\":{%3$s}}}"
            .formatted(HOST, auth("otto", "other"), auth("anna", "geheim"));

    assertThat(find(HOST, config)).isEqualTo(ANNA);
  }

  /** Supported, where the reference gives up. */
  @Test
  @Row("4.1 identitytoken")
  void identityToken_isARefreshToken() throws IOException {
    String config = entry(HOST, auth("<token>", "x") + ",\"identitytoken\":\"geheim\"");

    assertThat(find(HOST, config))
        .hasValueSatisfying(found -> {
          assertThat(found.refreshToken()).isTrue();
          assertThat(found.password()).isEqualTo("geheim");
        });
  }

  @Test
  @Row("4.1 auth")
  void auth_isUserAndPassword_whichMayHoldColons() throws IOException {
    assertThat(find(HOST, entry(HOST, auth("anna", "a:b:c"))))
        .contains(new Credentials("anna", "a:b:c"));
    assertThat(find(HOST, entry(HOST, auth("anna", "geheim\0\0\0")))).isEqualTo(ANNA);
  }

  @ParameterizedTest
  @ValueSource(strings = {":geheim", "geheim", "*"})
  @Row("4.1 auth")
  void auth_thatNamesNobody_isToldWithoutItsContent(String pair) throws IOException {
    String auth =
        pair.equals("*")
            ? "geheim*"
            : Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> find(HOST, entry(HOST, "\"auth\":\"" + auth + "\"")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not valid")
        .message()
        .doesNotContain("geheim", auth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"auth\":\"\","})
  @Row("4.1 no auth")
  void noAuth_isUsernameAndPassword(String empty) throws IOException {
    String fields = empty + "\"username\":\"anna\",\"password\":\"geheim\"";

    assertThat(find(HOST, entry(HOST, fields))).isEqualTo(ANNA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"auths\":{}}",
        "{\"auths\":{\"other\":{\"auth\":\"YTpi\"}}}",
        "{\"auths\":{\"dvcr.example.svc:5000\":{}}}",
        "{\"auths\":{\"dvcr.example.svc:5000\":{\"username\":\"anna\"}}}"
      })
  @Row("4.1 nothing found")
  void nothingFound_isNobody(String config) throws IOException {
    assertThat(find(HOST, config)).isEmpty();
  }

  /** Only the entry that is asked for has to be right. */
  @Test
  @Row("4.1 broken entry")
  void brokenEntry_ofAnotherRegistry_doesNotMatter() throws IOException {
    String config =
        "{\"auths\":{\"other\":{\"auth\":\"!\"},\"%s\":{%s}}}"
            .formatted(HOST, auth("anna", "geheim"));

    assertThat(find(HOST, config)).isEqualTo(ANNA);
  }

  /** There is none in a pod: what is written counts. */
  @ParameterizedTest
  @ValueSource(
      strings = {"\"credsStore\":\"none\"", "\"credHelpers\":{\"dvcr.example.svc:5000\":\"none\"}"})
  @Row("4.1 helpers")
  void helpers_thatAreNotThere_leaveItToTheEntries(String helper) throws IOException {
    String config = "{%s,\"auths\":{\"%s\":{%s}}}".formatted(helper, HOST, auth("anna", "geheim"));

    assertThat(find(HOST, config)).isEqualTo(ANNA);
  }

  /** A token that was renewed in the mounted Secret is used when the registry asks again. */
  @Test
  @Row("4.1 re-reading")
  void reReading_takesARenewedSecret() throws IOException {
    DockerCredentials store =
        DockerCredentials.in(
            secret("auth", ".dockerconfigjson", entry(HOST, auth("anna", "first"))));
    assertThat(store.find(HOST)).contains(new Credentials("anna", "first"));

    Path data = folder.resolve("auth/..2026_01_02_03_05_05.2");
    Files.createDirectory(data);
    Files.writeString(data.resolve(".dockerconfigjson"), entry(HOST, auth("anna", "geheim")));
    Path next = Files.createSymbolicLink(folder.resolve("auth/..next"), data.getFileName());
    Files.move(
        next,
        folder.resolve("auth/..data"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);

    assertThat(store.find(HOST)).isEqualTo(ANNA);
  }

  @Test
  @Row({"4.1 controller's secret", "3 dvcr-secret-vol"})
  void controllersSecret_isSentAsBasic() throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("dvcr-jwt", "a.jwt.geheim"));
    serve("/disk.img", raw());
    pod.with(
        "IMPORTER_DESTINATION_AUTH_CONFIG",
        secret(
            "dvcr-auth",
            ".dockerconfigjson",
            auths(registry.authority(), "dvcr-jwt", "a.jwt.geheim")));

    runWell();

    assertThat(pod.log()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  @Row("4.1 401 and 403")
  void refusedCredentials_areToldAtOnce(int status) throws IOException {
    try (ScriptedHttpServer refusing =
        ScriptedHttpServer.start(exchange -> {
          exchange.body().readAllBytes();
          boolean open = exchange.request().path().equals("/v2/");
          exchange.answer(
              open ? 200 : status, Map.of("WWW-Authenticate", "Basic realm=\"dvcr\""), new byte[0]);
        })) {
      serve("/disk.img", raw());
      pod.with("IMPORTER_DESTINATION_ENDPOINT", refusing.authority() + "/vi/ns/name:uid")
          .with(
              "IMPORTER_DESTINATION_AUTH_CONFIG",
              secret("dvcr-auth", ".dockerconfigjson", auths(refusing.authority(), "a", "geheim")));

      assertThat(runInVain())
          .contains(Integer.toString(status), "IMPORTER_DESTINATION_AUTH_CONFIG")
          .doesNotContain("geheim", "--");
    }
  }
}
