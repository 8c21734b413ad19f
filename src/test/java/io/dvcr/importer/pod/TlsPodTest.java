package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.importer.pod.SourceImage.Tar;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RealRegistryConfig;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.ServerCertificate;
import io.dvcr.testbed.TokenServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and tokens: the rows of 5.1, 5.2, 5.3 and 6.4 that need them. */
@NullMarked
@SuppressWarnings("NullAway.Init") // made before each test
class TlsPodTest extends PodTestBase {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final CredentialStore ANNA =
      registry -> Optional.of(new Credentials("anna", "geheim"));

  private static ServerCertificate certificate;

  /** Once: it takes a second or two. */
  @BeforeAll
  static void makeCertificate(@TempDir Path made) {
    certificate = ServerCertificate.in(made);
  }

  private Path certDir(String name) throws IOException {
    return parent(secret("certs", name, Files.readString(certificate.authorityFile())));
  }

  private static Path parent(Path file) {
    return java.util.Objects.requireNonNull(file.getParent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "tls-ca", "bundle.pem"})
  @Row({"5.1 TLS trust", "3 cert-vol", "3 dot names", "4 IMPORTER_CERT_DIR"})
  void webServer_isTrustedByAnyFileOfTheCertDir(String name) throws IOException {
    byte[] image = raw();
    try (FileServer web = FileServer.startTls(certificate)) {
      web.put("/disk.img", image);
      Path certs = certDir(name);
      Files.writeString(certs.resolve("not-a-certificate"), "nonsense");
      pod.http(web.uri("/disk.img")).with("IMPORTER_CERT_DIR", certs);

      runWell();

      assertThat(published()).isEqualTo(image);
      assertThat(pod.log()).contains("no certificate is trusted from", "not-a-certificate");
    }
  }

  /** The folder of proxies' certificates is looked at whenever there is one for the source. */
  @Test
  @Row({"5.1 TLS trust", "3 cdi-proxy-cert-vol", "4 IMPORTER_PROXY_CERT_DIR"})
  void webServer_isTrustedByTheProxiesFolder() throws IOException {
    try (FileServer web = FileServer.startTls(certificate)) {
      web.put("/disk.img", raw());
      secret("proxycerts", "ca.crt", Files.readString(certificate.authorityFile()));
      Path empty = Files.createDirectory(folder.resolve("empty"));
      pod.http(web.uri("/disk.img"))
          .with("IMPORTER_CERT_DIR", empty)
          .with("IMPORTER_PROXY_CERT_DIR", "/not/read");

      runWell();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Row({"5.1 TLS skip", "4 INSECURE_TLS", "13 https skip"})
  void webServer_thatIsNotTrusted_isRefused_whateverInsecureTlsSays(boolean insecure)
      throws IOException {
    try (FileServer web = FileServer.startTls(certificate)) {
      web.put("/disk.img", raw());
      pod.http(web.uri("/disk.img")).with("INSECURE_TLS", insecure);

      assertThat(runInVain())
          .contains("authority of the tests", "IMPORTER_CERT_DIR")
          .doesNotContain("--");
      assertThat(web.requests()).isEmpty();
    }
  }

  /** An image in a registry with TLS, pushed by somebody who trusts everyone. */
  private String image(String registry, CredentialStore credentials, byte[] disk)
      throws IOException {
    try (EventLoops loops = new EventLoops();
        RemoteRepository repository =
            PodRun.repository(loops, registry, SourceImage.NAME, credentials)) {
      byte[] tar = new Tar().file("disk/a.img", disk).bytes();
      Descriptor layer = repository.pushBlob(MediaTypes.OCI_LAYER, tar);
      Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
      String manifest =
          """
          {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},\
          "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}\
          """
              .formatted(
                  MediaTypes.OCI_MANIFEST,
                  config.mediaType(),
                  config.digest(),
                  config.size(),
                  layer.mediaType(),
                  layer.digest(),
                  layer.size());
      repository.pushManifest(
          SourceImage.TAG,
          Manifest.parse(MediaTypes.OCI_MANIFEST, manifest.getBytes(StandardCharsets.UTF_8)));
    }
    return "docker://" + registry + "/" + SourceImage.NAME + ":" + SourceImage.TAG;
  }

  @ParameterizedTest
  @CsvSource({"ca.crt, false, true", "ca.pem, false, false", "ca.pem, true, true"})
  @Row({"5.2 TLS", "5.2 CA dir", "4 IMPORTER_CERT_DIR", "4 INSECURE_TLS"})
  void sourceRegistry_isTrustedByCrtFiles_orByInsecureTls(
      String name, boolean insecure, boolean trusted) throws IOException {
    byte[] disk = raw();
    try (MemoryRegistry images =
        MemoryRegistry.startTls(MemoryRegistryOptions.plain(), RegistryAuth.none(), certificate)) {
      pod.with("IMPORTER_SOURCE", "registry")
          .with("IMPORTER_ENDPOINT", image(images.authority(), CredentialStore.NONE, disk))
          .with("IMPORTER_CERT_DIR", certDir(name))
          .with("INSECURE_TLS", insecure);

      if (trusted) {
        runWell();
        assertThat(published()).isEqualTo(disk);
      } else {
        assertThat(runInVain()).contains("authority of the tests", "IMPORTER_CERT_DIR");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Row("5.2 CA dir")
  void sourceRegistry_isShownTheCertificateOfTheCertDir(boolean shown) throws IOException {
    Path storage = Files.createDirectory(folder.resolve("storage"));
    RealRegistryConfig config = RealRegistryConfig.open().withMutualTls(certificate);
    try (RealRegistry images = RealRegistry.start(RealRegistry.Version.V3, storage, config)) {
      Path certs = certDir("ca.crt");
      if (shown) {
        Files.copy(certificate.certificateFile(), certs.resolve("client.cert"));
        Files.copy(certificate.keyFile(), certs.resolve("client.key"));
      }
      pod.with("IMPORTER_SOURCE", "registry")
          .with("IMPORTER_ENDPOINT", "docker://" + images.authority() + "/no/such:v1")
          .with("IMPORTER_CERT_DIR", certs);

      assertThat(runInVain()).contains(shown ? "404" : "certificate");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Row({"5.2 credentials", "4 source keys", "4 IMPORTER_AUTH_CONFIG"})
  void sourceRegistry_isToldWhoWeAre_byBasicAndByTokens(boolean tokens) throws IOException {
    byte[] disk = raw();
    RegistryAuth auth =
        tokens
            ? RegistryAuth.bearer("anna", "geheim", Integer.MAX_VALUE)
            : RegistryAuth.basic("anna", "geheim");
    try (MemoryRegistry images = MemoryRegistry.start(MemoryRegistryOptions.plain(), auth)) {
      pod.with("IMPORTER_SOURCE", "registry")
          .with("IMPORTER_ENDPOINT", image(images.authority(), ANNA, disk))
          .with("IMPORTER_ACCESS_KEY_ID", "anna")
          .with("IMPORTER_SECRET_KEY", "geheim");

      runWell();

      assertThat(published()).isEqualTo(disk);
      assertThat(pod.log()).doesNotContain("geheim");
    }
  }

  /** With what the controller writes, and a certificate that nobody knows. */
  @ParameterizedTest
  @EnumSource
  @Row({"6.4 TLS", "4 DESTINATION_INSECURE_TLS", "3 dvcr-secret-vol"})
  void target_withTlsAndPassword_isReached(RealRegistry.Version version) throws IOException {
    RealRegistryConfig config =
        RealRegistryConfig.open().withTls(certificate).withPassword("anna", "geheim");
    importInto(version, config);
  }

  @ParameterizedTest
  @EnumSource
  @Row({"6.4 TLS", "5.3 TLS", "5.3 credentials"})
  void target_withTlsAndTokens_isReached_andCopiedWithin(RealRegistry.Version version)
      throws IOException {
    TokenServer tokens = TokenServer.startTls(certificate, "anna", "geheim", LIFETIME);
    importInto(version, RealRegistryConfig.open().withTls(certificate).withTokens(tokens));

    assertThat(tokens.issued()).isPositive();
  }

  private void importInto(RealRegistry.Version version, RealRegistryConfig config)
      throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    Path storage = Files.createDirectory(folder.resolve("storage"));
    try (RealRegistry real = RealRegistry.start(version, storage, config)) {
      String host = real.authority();
      pod.with("IMPORTER_DESTINATION_ENDPOINT", host + "/" + PodRun.TARGET + ":uid")
          .with(
              "IMPORTER_DESTINATION_AUTH_CONFIG",
              secret("dvcr-auth", ".dockerconfigjson", auths(host, "anna", "geheim")));
      runWell();
      assertThat(pod.message().has("error-message")).as(pod.log()).isFalse();
      assertThat(PodRun.published(host, ANNA)).isEqualTo(image);

      pod.with("IMPORTER_SOURCE", "dvcr")
          .with("IMPORTER_ENDPOINT", host + "/" + PodRun.TARGET + ":uid")
          .with("IMPORTER_DESTINATION_ENDPOINT", host + "/cvi/copy:uid");
      runWell();
      assertThat(pod.message().fieldNames()).toIterable().containsExactly("duration");

      assertThat(real.openUploadSessions()).isZero();
      assertThat(pod.log()).doesNotContain("geheim");
    }
  }

  @Test
  @Row({"6.4 TLS", "4 DESTINATION_INSECURE_TLS"})
  void target_thatIsNotTrusted_isToldInThePodsWords() throws IOException {
    serve("/disk.img", raw());
    try (MemoryRegistry real =
        MemoryRegistry.startTls(MemoryRegistryOptions.plain(), RegistryAuth.none(), certificate)) {
      pod.with("IMPORTER_DESTINATION_ENDPOINT", real.authority() + "/" + PodRun.TARGET + ":uid")
          .with("DESTINATION_INSECURE_TLS", "false");

      assertThat(runInVain())
          .contains("authority of the tests", "DESTINATION_INSECURE_TLS")
          .doesNotContain("--");
    }
  }
}
