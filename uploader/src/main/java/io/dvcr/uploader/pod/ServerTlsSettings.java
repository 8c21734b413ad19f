package io.dvcr.uploader.pod;

import io.dvcr.importer.pod.Environment;
import io.dvcr.uploader.ServerTls;
import io.netty.handler.ssl.CipherSuiteConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The TLS of an uploader pod, out of its variables. */
final class ServerTlsSettings {
  /** What Go's names mean, newest first, as the JDK calls it. */
  private static final List<Map.Entry<String, String>> VERSIONS =
      List.of(
          Map.entry("VersionTLS13", "TLSv1.3"),
          Map.entry("VersionTLS12", "TLSv1.2"),
          Map.entry("VersionTLS11", "TLSv1.1"),
          Map.entry("VersionTLS10", "TLSv1"));

  private static final Set<String> DEFAULT = Set.of("TLSv1.3", "TLSv1.2");

  private ServerTlsSettings() {}

  /** Mistakes are left in {@code environment}. */
  static Optional<ServerTls> of(Environment environment) {
    Optional<Path> certificate = file(environment, "TLS_CERT_FILE");
    Optional<Path> key = file(environment, "TLS_KEY_FILE");
    Optional<Path> clients = file(environment, "CLIENT_CA_FILE");
    Optional<String> clientName = environment.text("CLIENT_NAME");
    Set<String> protocols =
        environment.value("TLS_MIN_VERSION", ServerTlsSettings::atLeast).orElse(DEFAULT);
    if (certificate.isPresent() != key.isPresent()) {
      environment.problem("TLS_CERT_FILE and TLS_KEY_FILE must be set together");
    }
    if ((clients.isPresent() || clientName.isPresent()) && certificate.isEmpty()) {
      environment.problem("CLIENT_CA_FILE and CLIENT_NAME need TLS_CERT_FILE and TLS_KEY_FILE");
    }
    if (clientName.isPresent() && clients.isEmpty()) {
      environment.problem("CLIENT_NAME needs CLIENT_CA_FILE");
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServerTls(
            certificate.get(), key.get(), clients, clientName, protocols, ciphers(environment)));
  }

  private static Optional<Path> file(Environment environment, String variable) {
    return environment.value(
        variable,
        text -> {
          Path file = Path.of(text);
          if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(text + " can't be read");
          }
          return file;
        });
  }

  private static Set<String> atLeast(String name) {
    Set<String> protocols = new LinkedHashSet<>();
    for (Map.Entry<String, String> version : VERSIONS) {
      protocols.add(version.getValue());
      if (version.getKey().equals(name)) {
        return protocols;
      }
    }
    throw new IllegalArgumentException(
        "\"" + name + "\" is none of VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13");
  }

  /** OpenSSL's names as the JDK's; unknown ones are dropped. */
  private static List<String> ciphers(Environment environment) {
    return environment.list("TLS_CIPHERS").stream()
        .map(name -> CipherSuiteConverter.toJava(name, "TLS"))
        .filter(Objects::nonNull)
        .toList();
  }
}
