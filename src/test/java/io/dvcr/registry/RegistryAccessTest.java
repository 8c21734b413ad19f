package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.registry.http.AddressRules;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Proxies;
import io.dvcr.registry.http.Tls;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.ForwardProxy;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RealRegistryConfig;
import io.dvcr.testbed.ServerCertificate;
import io.dvcr.testbed.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and whom we trust: against distribution 3.1.1. */
@NullMarked
class RegistryAccessTest {
  private static final byte[] CONTENT = "a blob".getBytes(StandardCharsets.UTF_8);
  private static final RetryPolicy ONCE =
      new RetryPolicy(0, Duration.ofSeconds(1), new InstantTimer());

  @TempDir Path folder;
  private final EventLoops loops = new EventLoops();

  @AfterEach
  void endConnections() {
    loops.close();
  }

  private RealRegistry start(RealRegistryConfig config) {
    return RealRegistry.start(RealRegistry.Version.V3, folder, config);
  }

  private RemoteRepository open(String host, ConnectorOptions options, CredentialStore store) {
    return new RemoteRepository(
        new Reference(host, "a/b", Optional.empty()),
        loops.connector(options),
        new RegistryOptions(store, ONCE, false, true, 1 << 20));
  }

  private static void pushAndPull(Repository repository) throws IOException {
    Descriptor blob = repository.pushBlob("application/octet-stream", CONTENT);
    assertThat(repository.openBlob(blob).readAllBytes()).isEqualTo(CONTENT);
  }

  private static CredentialStore user(String name, String password) {
    return registry -> Optional.of(new Credentials(name, password));
  }

  @Test
  void rightPassword_isLetIn_wrongOneIsNot() throws IOException {
    try (RealRegistry registry =
        start(RealRegistryConfig.open().withPassword("alice", "hunter2"))) {
      String host = registry.authority();
      pushAndPull(open(host, ConnectorOptions.DEFAULT, user("alice", "hunter2")));

      for (CredentialStore store : List.of(CredentialStore.NONE, user("alice", "letmein"))) {
        assertThatThrownBy(() -> pushAndPull(open(host, ConnectorOptions.DEFAULT, store)))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
            .message()
            .doesNotContain("letmein");
      }
    }
  }

  /** The first that the next process asks of the registry. */
  @Test
  void uploadOfAnEarlierProcess_isCancelledWithThePassword() throws IOException {
    try (RealRegistry registry =
        start(RealRegistryConfig.open().withPassword("alice", "hunter2"))) {
      String host = registry.authority();
      CredentialStore alice = user("alice", "hunter2");
      SavedUpload left;
      try (BlobUpload upload =
          open(host, ConnectorOptions.DEFAULT, alice).upload(new BytesReplay(CONTENT))) {
        upload.write(CONTENT, 0, 1);
        left = upload.suspend().orElseThrow();
      }
      assertThat(registry.openUploadSessions()).isOne();

      open(host, ConnectorOptions.DEFAULT, alice).cancelUpload(left.session(), left.location());

      assertThat(registry.openUploadSessions()).isZero();
    }
  }

  @Test
  void token_isFetchedOnceAndUsedForAll() throws IOException {
    ServerCertificate signer = ServerCertificate.in(folder);
    TokenServer tokens = TokenServer.start(signer, "alice", "hunter2", Duration.ofMinutes(5));
    try (RealRegistry registry = start(RealRegistryConfig.open().withTokens(tokens))) {
      Repository repository =
          open(registry.authority(), ConnectorOptions.DEFAULT, user("alice", "hunter2"));

      pushAndPull(repository);
      pushAndPull(repository);

      assertThat(tokens.issued()).isEqualTo(1);
    }
  }

  @Test
  void ownAuthority_isTrustedWhenItIsGiven() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (RealRegistry registry = start(RealRegistryConfig.open().withTls(certificate))) {
      Tls trusting = Tls.SYSTEM.trusting(certificate.authorityFile());

      pushAndPull(
          open(
              registry.authority(), ConnectorOptions.DEFAULT.with(trusting), CredentialStore.NONE));
    }
  }

  @Test
  void unknownAuthority_isRefusedAndTheCertificateNamed() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (RealRegistry registry = start(RealRegistryConfig.open().withTls(certificate))) {
      Repository repository =
          open(registry.authority(), ConnectorOptions.DEFAULT, CredentialStore.NONE);

      assertThatThrownBy(() -> pushAndPull(repository))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isNotEqualTo(Kind.UNAVAILABLE));
    }
  }

  @Test
  void everyCertificate_isTakenIfThatIsWanted() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (RealRegistry registry = start(RealRegistryConfig.open().withTls(certificate))) {
      pushAndPull(
          open(
              registry.authority(),
              ConnectorOptions.DEFAULT.with(Tls.SYSTEM.trustingEveryone()),
              CredentialStore.NONE));
    }
  }

  @Test
  void clientCertificate_isShownIfThereIsOne() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    Tls nameless = Tls.SYSTEM.trusting(certificate.authorityFile());
    Tls named = nameless.as(new Tls.Identity(certificate.certificateFile(), certificate.keyFile()));
    try (RealRegistry registry = start(RealRegistryConfig.open().withMutualTls(certificate))) {
      String host = registry.authority();

      pushAndPull(open(host, ConnectorOptions.DEFAULT.with(named), CredentialStore.NONE));

      assertThatThrownBy(() ->
              pushAndPull(
                  open(host, ConnectorOptions.DEFAULT.with(nameless), CredentialStore.NONE)))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("certificate");
    }
  }

  @Test
  void fileWithoutACertificate_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("no.pem"), "no certificate");

    assertThatThrownBy(() -> Tls.SYSTEM.trusting(file)).isInstanceOf(IOException.class);
  }

  @Test
  void httpsThroughAProxy_isTunnelled() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (RealRegistry registry = start(RealRegistryConfig.open().withTls(certificate));
        ForwardProxy proxy = ForwardProxy.start()) {
      String name = "registry.test:" + registry.uri("/").getPort();
      ConnectorOptions options =
          ConnectorOptions.DEFAULT
              .with(Tls.SYSTEM.trustingEveryone())
              .with(Proxies.of(Map.of("https_proxy", proxy.url())));

      pushAndPull(open(name, options, CredentialStore.NONE));

      assertThat(proxy.requests())
          .isNotEmpty()
          .allMatch(line -> line.startsWith("CONNECT " + name));
    }
  }

  @Test
  void httpThroughAProxy_isAskedOfTheProxy() throws IOException {
    try (FileServer files = FileServer.start();
        ForwardProxy proxy = ForwardProxy.start();
        EventLoops loops = new EventLoops()) {
      files.put("/disk.raw", new byte[] {1, 2, 3});
      URI target = URI.create("http://files.test:" + files.uri("/").getPort() + "/disk.raw?a=b");
      String withUser = proxy.url().replace("://", "://ann:secret@");
      ConnectorOptions options =
          ConnectorOptions.DEFAULT.with(Proxies.of(Map.of("http_proxy", withUser)));

      try (HttpResponse response = loops.connector(options).send(HttpRequest.of("GET", target))) {
        assertThat(response.body().readAllBytes()).containsExactly(1, 2, 3);
      }

      assertThat(proxy.requests()).containsExactly("GET " + target + " HTTP/1.1");
      assertThat(files.requests().getFirst().header("Proxy-Authorization"))
          .contains(new Credentials("ann", "secret").basic());
      assertThat(files.requests().getFirst().header("Host"))
          .contains("files.test:" + files.uri("/").getPort());
    }
  }

  @Test
  void blockedAddress_isNotConnectedTo() throws IOException {
    try (RealRegistry registry = start(RealRegistryConfig.open())) {
      ConnectorOptions options =
          ConnectorOptions.DEFAULT.with(AddressRules.of(List.of("127.0.0.0/8"), List.of()));

      assertThatThrownBy(
              () -> pushAndPull(open(registry.authority(), options, CredentialStore.NONE)))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REJECTED))
          .hasMessageContaining("blocked by the address rules");
    }
  }
}
