package io.dvcr.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Who may use a {@link RealRegistry}, and how (distribution, "Configuring a registry"). */
public final class RealRegistryConfig implements AutoCloseable {
  /** The lowest cost of bcrypt: nothing is protected here. */
  private static final int BCRYPT_COST = 4;

  private static final int BCRYPT_SALT_BYTES = 16;

  private final Optional<ServerCertificate> tls;
  private final Optional<String> htpasswd;
  private final Optional<TokenServer> tokens;
  private final boolean clientsNamed;
  private final boolean schema1;

  private RealRegistryConfig(
      Optional<ServerCertificate> tls,
      boolean clientsNamed,
      boolean schema1,
      Optional<String> htpasswd,
      Optional<TokenServer> tokens) {
    this.tls = tls;
    this.clientsNamed = clientsNamed;
    this.schema1 = schema1;
    this.htpasswd = htpasswd;
    this.tokens = tokens;
  }

  /** For everybody, without TLS. */
  public static RealRegistryConfig open() {
    return new RealRegistryConfig(
        Optional.empty(), false, false, Optional.empty(), Optional.empty());
  }

  /** Takes Docker's schema 1, too; only 2.8 can, and only signed ones. */
  public RealRegistryConfig withSchema1() {
    return new RealRegistryConfig(tls, clientsNamed, true, htpasswd, tokens);
  }

  /** With TLS. */
  public RealRegistryConfig withTls(ServerCertificate certificate) {
    return new RealRegistryConfig(Optional.of(certificate), false, schema1, htpasswd, tokens);
  }

  /** With TLS, for clients alone that have a certificate of the same authority. */
  public RealRegistryConfig withMutualTls(ServerCertificate certificate) {
    return new RealRegistryConfig(Optional.of(certificate), true, schema1, htpasswd, tokens);
  }

  /** With Basic credentials. */
  public RealRegistryConfig withPassword(String user, String password) {
    String hash =
        OpenBSDBCrypt.generate(
            "2y", password.toCharArray(), new byte[BCRYPT_SALT_BYTES], BCRYPT_COST);
    return new RealRegistryConfig(
        tls, clientsNamed, schema1, Optional.of(user + ":" + hash), Optional.empty());
  }

  /** With tokens from a server, which is closed together with the registry. */
  public RealRegistryConfig withTokens(TokenServer server) {
    return new RealRegistryConfig(
        tls, clientsNamed, schema1, Optional.empty(), Optional.of(server));
  }

  @Override
  public void close() {
    tokens.ifPresent(TokenServer::close);
  }

  String scheme() {
    return tls.isPresent() ? "https" : "http";
  }

  /** The configuration file; files that it names are written into {@code folder}. */
  String yaml(Path folder, Path storage, int port) throws IOException {
    // The secret signs the state of uploads: the same after a restart, so that they can go on.
    String yaml =
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:%d
          secret: of-the-tests
        """
            .formatted(storage, port);
    return yaml + tlsYaml() + authYaml(folder) + schema1Yaml();
  }

  private String schema1Yaml() {
    return schema1 ? "compatibility:\n  schema1:\n    enabled: true\n" : "";
  }

  private String tlsYaml() {
    return tls.map(certificate ->
            """
              tls:
                certificate: %s
                key: %s
            """
                    .formatted(certificate.certificateFile(), certificate.keyFile())
                + (clientsNamed ? "    clientcas: [" + certificate.authorityFile() + "]\n" : ""))
        .orElse("");
  }

  private String authYaml(Path folder) throws IOException {
    if (htpasswd.isPresent()) {
      Path file = folder.resolve("htpasswd");
      Files.writeString(file, htpasswd.get() + "\n", StandardCharsets.UTF_8);
      return """
      auth:
        htpasswd:
          realm: registry
          path: %s
      """
          .formatted(file);
    }
    return tokens
        .map(server ->
            """
            auth:
              token:
                realm: %s
                service: %s
                issuer: %s
                rootcertbundle: %s
            """
                .formatted(
                    server.realm(), TokenServer.SERVICE, TokenServer.ISSUER, server.trusted()))
        .orElse("");
  }
}
