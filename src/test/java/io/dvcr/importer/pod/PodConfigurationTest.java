package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 4: what a pod is told by its environment. */
@NullMarked
class PodConfigurationTest extends PodTestBase {
  private static final CredentialStore ANNA =
      registry -> Optional.of(new Credentials("anna", "geheim"));

  private ImporterConfiguration parsed() {
    try {
      return ImporterConfiguration.parse(pod.environment);
    } catch (InvalidConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http, http://h/a, Http",
    "registry, docker://h/a, Registry",
    "dvcr, h/a:t, Dvcr",
    "blockDevice, '', BlockDevice",
    "filesystem, '', FileSystem",
  })
  @Row({"4 IMPORTER_SOURCE", "4 IMPORTER_ENDPOINT"})
  void source_isOneOfFive_eachWithItsEndpoint(String source, String endpoint, String type) {
    pod.with("IMPORTER_SOURCE", source).with("IMPORTER_ENDPOINT", endpoint);

    assertThat(parsed().source().getClass().getSimpleName()).isEqualTo(type);
  }

  @Test
  @Row({"4 IMPORTER_SOURCE", "4 mistakes"})
  void mistakes_areAllToldByTheMessage() throws IOException {
    pod.with("IMPORTER_SOURCE", "ftp")
        .with("IMPORTER_DESTINATION_ENDPOINT", "")
        .with("IMPORTER_CHECKSUMS", "md5:12");

    assertThat(runInVain())
        .contains("unknown source type: ftp", "IMPORTER_DESTINATION_ENDPOINT is not set")
        .contains("malformed checksum \"md5:12\"");
  }

  @Test
  @Row({"4 mistakes", "4 IMPORTER_DESTINATION_AUTH_CONFIG"})
  void authConfig_thatIsUnusable_isToldByTheMessage() throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("anna", "geheim"));
    serve("/disk.img", raw());
    Path file = secret("dvcr-auth", ".dockerconfigjson", "{\"auths\": geheim");

    assertThat(pod.with("IMPORTER_DESTINATION_AUTH_CONFIG", file).run()).isZero();

    assertThat(pod.error())
        .contains(file.toString(), "IMPORTER_DESTINATION_AUTH_CONFIG")
        .doesNotContain("geheim");
  }

  /** What today's controller always sets, most of it empty, and some that nobody sets. */
  @Test
  @Row({"4 IMPORTER_CONTENTTYPE", "4 leftovers", "4 empty", "4 IMPORTER_FILESYSTEM"})
  void leftovers_haveNoEffect() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    for (String leftover :
        List.of(
            "IMPORTER_IMAGE_SIZE",
            "FILESYSTEM_OVERHEAD",
            "IMPORTER_DISK_ID",
            "IMPORTER_UUID",
            "IMPORTER_READY_FILE",
            "IMPORTER_DONE_FILE",
            "IMPORTER_BACKING_FILE",
            "IMPORTER_THUMBPRINT",
            "IMPORTER_FILESYSTEM",
            "IMPORTER_UNKNOWN")) {
      pod.with(leftover, "/nonsense");
    }
    for (String empty :
        List.of(
            "IMPORTER_CERT_DIR",
            "IMPORTER_CHECKSUMS",
            "IMPORTER_AUTH_CONFIG",
            "IMPORTER_DESTINATION_AUTH_CONFIG",
            "IMPORTER_EXTRA_HEADER_1",
            "IMPORTER_STORE",
            "INSECURE_TLS",
            "http_proxy",
            "https_proxy",
            "no_proxy")) {
      pod.with(empty, "");
    }
    pod.with("IMPORTER_CONTENTTYPE", "archive");

    runWell();

    assertThat(published()).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "t", "T", "TRUE", "true", "True"})
  @Row({"4 INSECURE_TLS", "4 DESTINATION_INSECURE_TLS"})
  void insecureTls_isTrue_asGoReadsIt(String yes) {
    pod.http("https://h/a").with("INSECURE_TLS", yes).with("DESTINATION_INSECURE_TLS", yes);

    assertThat(parsed().sourceAccess().insecure()).isTrue();
    assertThat(parsed().targetAccess().insecure()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "f", "F", "FALSE", "false", "False", "", "yes", "tRUE", " true"})
  @Row({"4 INSECURE_TLS", "4 DESTINATION_INSECURE_TLS"})
  void insecureTls_isFalse_whateverElseIsWritten(String no) {
    pod.http("https://h/a").with("INSECURE_TLS", no).with("DESTINATION_INSECURE_TLS", no);

    assertThat(parsed().sourceAccess().insecure()).isFalse();
    assertThat(parsed().targetAccess().insecure()).isFalse();
  }

  @Test
  @Row("4 IMPORTER_DESTINATION_ENDPOINT")
  void destinationEndpoint_isWhereItGoes_andNeedsATag() throws IOException {
    serve("/disk.img", raw());
    pod.with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/other:5f1e");

    runWell();

    assertThat(registry.manifest("cvi/other", "5f1e")).isPresent();
    pod.with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/other");
    assertThat(runInVain()).contains("IMPORTER_DESTINATION_ENDPOINT", "names no tag");
  }

  @Test
  @Row({"4 destination keys", "4 IMPORTER_DESTINATION_AUTH_CONFIG"})
  void destinationKeys_goBeforeTheAuthConfig() throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("anna", "geheim"));
    serve("/disk.img", raw());
    Path file =
        secret("dvcr-auth", ".dockerconfigjson", auths(registry.authority(), "otto", "wrong"));
    pod.with("IMPORTER_DESTINATION_AUTH_CONFIG", file)
        .with("IMPORTER_DESTINATION_ACCESS_KEY_ID", "anna")
        .with("IMPORTER_DESTINATION_SECRET_KEY", "geheim");

    runWell();

    assertThat(PodRun.published(registry.authority(), ANNA)).isNotEmpty();
    assertThat(pod.log()).doesNotContain("geheim");
  }

  /** A user without a password is nobody: then the file counts. */
  @Test
  @Row({"4 destination keys", "4 IMPORTER_DESTINATION_AUTH_CONFIG", "3 dvcr-secret-vol"})
  void destinationKey_alone_leavesItToTheAuthConfig() throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("anna", "geheim"));
    serve("/disk.img", raw());
    Path file =
        secret("dvcr-auth", ".dockerconfigjson", auths(registry.authority(), "anna", "geheim"));
    pod.with("IMPORTER_DESTINATION_AUTH_CONFIG", file)
        .with("IMPORTER_DESTINATION_ACCESS_KEY_ID", "otto")
        .with("IMPORTER_DESTINATION_SECRET_KEY", "");

    runWell();
  }

  @ParameterizedTest
  @CsvSource({"'', geheim", "anna, ''", "'', ''"})
  @Row("4 source keys")
  void sourceKeys_areBothOrNone(String user, String password) throws IOException {
    serve("/disk.img", raw()).protectedBy("anna", "geheim");
    pod.with("IMPORTER_ACCESS_KEY_ID", user).with("IMPORTER_SECRET_KEY", password);

    assertThat(runInVain()).contains("401");

    assertThat(files.requests()).noneMatch(r -> r.header("Authorization").isPresent());
  }

  /** A web server never sees what a registry's file holds. */
  @Test
  @Row("4 IMPORTER_AUTH_CONFIG")
  void authConfig_isForRegistriesAlone() throws IOException {
    serve("/disk.img", raw()).protectedBy("anna", "geheim");
    String host = files.uri("/").getAuthority();
    pod.with(
        "IMPORTER_AUTH_CONFIG",
        secret("dvcr-src-auth", ".dockerconfigjson", auths(host, "anna", "geheim")));

    assertThat(runInVain()).contains("401");
  }

  @Test
  @Row("4 IMPORTER_EXTRA_HEADER")
  void extraHeaders_reachTheSource() throws IOException {
    serve("/disk.img", raw());
    pod.with("IMPORTER_EXTRA_HEADER_1", "X-One: geheim1")
        .with("IMPORTER_EXTRA_HEADER_TWO", "X-Two:geheim2");

    runWell();

    assertThat(files.requests("GET", "/disk"))
        .isNotEmpty()
        .allSatisfy(request -> {
          assertThat(request.header("X-One")).contains("geheim1");
          assertThat(request.header("X-Two")).contains("geheim2");
        });
    assertThat(pod.log()).doesNotContain("geheim");
  }

  @Test
  @Row("4 header files")
  void headerFiles_reachTheSource_unlessTheyAreHidden() throws IOException {
    serve("/disk.img", raw());
    Path mounted = secret("extraheaders", "one", "X-File: geheim\n");
    Files.writeString(mounted.resolveSibling(".hidden"), "X-Hidden: 1\n");

    runWell();

    assertThat(files.requests("GET", "/disk"))
        .isNotEmpty()
        .allSatisfy(request -> {
          assertThat(request.header("X-File")).contains("geheim");
          assertThat(request.header("X-Hidden")).isEmpty();
        });
    assertThat(pod.log()).doesNotContain("geheim");
  }

  @Test
  @Row({"4 IMPORTER_EXTRA_HEADER", "4 mistakes"})
  void extraHeader_thatIsNone_isAMistakeOfTheConfiguration() throws IOException {
    serve("/disk.img", raw());
    pod.with("IMPORTER_EXTRA_HEADER_1", "geheim");

    assertThat(runInVain())
        .contains("the configuration is wrong", "Name: value")
        .doesNotContain("bug", "geheim");
  }
}
