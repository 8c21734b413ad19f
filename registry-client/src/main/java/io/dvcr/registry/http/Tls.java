package io.dvcr.registry.http;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whom a client trusts and who it is.
 *
 * @param authorities certificates that are trusted beside the system's
 * @param identity the client's own certificate
 * @param insecure whether every certificate is taken
 */
public record Tls(
    List<X509Certificate> authorities, Optional<Identity> identity, boolean insecure) {
  /** The system's authorities, no client certificate. */
  public static final Tls SYSTEM = new Tls(List.of(), Optional.empty(), false);

  /** A client certificate and its key, PEM files. */
  public record Identity(Path certificate, Path key) {
    private PemKeyCertOptions options() {
      return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
    }
  }

  public Tls {
    authorities = List.copyOf(authorities);
  }

  /** The same, trusting everyone. */
  public Tls trustingEveryone() {
    return new Tls(authorities, identity, true);
  }

  /** The same with a client certificate. */
  public Tls as(Identity client) {
    return new Tls(authorities, Optional.of(client), insecure);
  }

  /**
   * The same with the certificates of a PEM file, or of every file {@code *.crt} and {@code *.pem}
   * in a folder.
   *
   * @throws IOException if it can't be read or holds no certificate
   */
  public Tls trusting(Path fileOrFolder) throws IOException {
    List<X509Certificate> all = new ArrayList<>(authorities);
    if (Files.isDirectory(fileOrFolder)) {
      try (var files = Files.newDirectoryStream(fileOrFolder, "[!.]*.{crt,pem}")) {
        for (Path file : files) {
          all.addAll(certificates(file));
        }
      }
    } else {
      all.addAll(certificates(fileOrFolder));
    }
    if (all.size() == authorities.size()) {
      throw new IOException("no certificate in " + fileOrFolder);
    }
    return new Tls(all, identity, insecure);
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      return read.stream().map(X509Certificate.class::cast).toList();
    } catch (GeneralSecurityException e) {
      throw new IOException("no PEM certificates in " + file + ": " + e.getMessage(), e);
    }
  }

  ClientSSLOptions options(NoIdentity none) {
    ClientSSLOptions options = new ClientSSLOptions();
    if (insecure) {
      options.setTrustAll(true).setHostnameVerificationAlgorithm("");
    } else {
      options
          .setHostnameVerificationAlgorithm("HTTPS")
          .setTrustOptions(TrustOptions.wrap(ExplainingTrustManager.trusting(authorities)));
    }
    return options.setKeyCertOptions(
        identity.<KeyCertOptions>map(Identity::options).orElseGet(() -> KeyCertOptions.wrap(none)));
  }
}
