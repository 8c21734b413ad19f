package io.dvcr.uploader;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an upload server speaks TLS.
 *
 * @param certificate PEM file with the chain
 * @param key PEM file
 * @param clients authority of certificates that clients must have
 * @param clientName common name that their certificate must have
 * @param protocols JDK names, such as {@code TLSv1.3}
 * @param ciphers JDK names; empty for Java's own choice
 */
public record ServerTls(
    Path certificate,
    Path key,
    Optional<Path> clients,
    Optional<String> clientName,
    Set<String> protocols,
    List<String> ciphers) {
  public ServerTls {
    protocols = Set.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
  }

  void applyTo(HttpServerOptions options) {
    options
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(
            new PemKeyCertOptions().addCertPath(certificate.toString()).addKeyPath(key.toString()))
        .setEnabledSecureTransportProtocols(new LinkedHashSet<>(protocols));
    ciphers.forEach(options::addEnabledCipherSuite);
    clients.ifPresent(authority ->
        options
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())));
  }
}
