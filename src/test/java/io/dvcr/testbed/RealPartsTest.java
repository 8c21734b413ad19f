package io.dvcr.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.RealRegistry.Version;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real servers start, serve and are gone again. */
class RealPartsTest {
  private static final byte[] BLOB = "hello, blob".getBytes(StandardCharsets.UTF_8);
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void registry_countsItsUploadSessions(Version version) throws IOException {
    try (RealRegistry registry = RealRegistry.start(version, folder)) {
      assertThat(registry.openUploadSessions()).isZero();

      RawResponse begun = RawResponse.to(registry.uri("/v2/a/b/blobs/uploads/"), "POST");
      assertThat(begun.status()).isEqualTo(202);
      assertThat(registry.openUploadSessions()).isEqualTo(1);

      URI session = URI.create(begun.header("Location").orElseThrow());
      assertThat(RawResponse.to(session, "DELETE").status()).isEqualTo(204);
      assertThat(registry.openUploadSessions()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void registryRestarted_hasItsPortAndUploads(Version version) throws IOException {
    try (RealRegistry registry = RealRegistry.start(version, folder)) {
      String before = registry.authority();
      RawResponse begun = RawResponse.to(registry.uri("/v2/a/b/blobs/uploads/"), "POST");

      registry.restart();

      assertThat(registry.authority()).isEqualTo(before);
      URI session = URI.create(begun.header("Location").orElseThrow());
      assertThat(RawResponse.to(session, "PATCH", BLOB).status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @EnumSource
  void registryWithPassword_wantsIt(Version version) throws IOException {
    RealRegistryConfig config = RealRegistryConfig.open().withPassword("user", "secret");
    try (RealRegistry registry = RealRegistry.start(version, folder, config)) {
      assertThat(RawResponse.to(registry.uri("/v2/"), "GET").status()).isEqualTo(401);
      String password = "Authorization: Basic dXNlcjpzZWNyZXQ=";
      assertThat(RawResponse.to(registry.uri("/v2/"), "GET", password).status())
          .as(registry.log())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource
  void registryWithTokensAndTls_isUsedBySkopeo(Version version) throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    TokenServer tokens = TokenServer.start(certificate, "user", "secret", LIFETIME);
    RealRegistryConfig config = RealRegistryConfig.open().withTls(certificate).withTokens(tokens);
    Path layout = folder.resolve("layout");
    Tools.run("umoci", "init", "--layout", layout).expectSuccess();
    Tools.run("umoci", "new", "--image", layout + ":v1").expectSuccess();
    Path trusted = Files.createDirectories(folder.resolve("trusted"));
    Files.copy(certificate.authorityFile(), trusted.resolve("ca.crt"));
    try (RealRegistry registry =
        RealRegistry.start(version, Files.createDirectories(folder.resolve("r")), config)) {
      String image = "docker://" + registry.authority() + "/a/b:v1";

      Tools.Result copied =
          Tools.run(
              "skopeo",
              "copy",
              "--dest-cert-dir",
              trusted,
              "--dest-creds",
              "user:secret", //
              "oci:" + layout + ":v1",
              image);

      assertThat(copied.exitCode()).as(copied.err() + registry.log()).isZero();
      assertThat(tokens.issued()).isPositive();
      Tools.Result refused =
          Tools.run("skopeo", "inspect", "--cert-dir", trusted, "--creds", "user:wrong", image);
      assertThat(refused.exitCode()).isNotZero();
    }
  }

  @Test
  void nginx_servesRanges() throws IOException {
    Path served = Files.createDirectories(folder.resolve("served"));
    Files.write(served.resolve("blob"), BLOB);
    try (Nginx nginx = Nginx.start(folder, served)) {
      RawResponse part = RawResponse.to(nginx.uri("/blob"), "GET", "Range: bytes=7-");

      assertThat(part.status()).isEqualTo(206);
      assertThat(part.text()).isEqualTo("blob");
      assertThat(part.header("ETag")).isPresent();
    }
  }

  @Test
  void nginxWithTls_isTrustedByItsAuthority() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    Path served = Files.createDirectories(folder.resolve("served"));
    Files.write(served.resolve("blob"), BLOB);
    try (Nginx nginx = Nginx.startTls(folder, served, certificate)) {
      Tools.Result fetched =
          Tools.run("curl", "-sS", "--cacert", certificate.authorityFile(), nginx.uri("/blob"));

      assertThat(fetched.expectSuccess().out()).isEqualTo("hello, blob");
    }
  }
}
