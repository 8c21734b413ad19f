package io.dvcr.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The platform's judgement of a server's certificate; a refusal names the certificate, so that a
 * person can find it and decide to trust it.
 */
final class ExplainingTrustManager extends X509ExtendedTrustManager {
  /** Where Debian, Alpine and Go's programs keep the system's authorities. */
  private static final Path SYSTEM_BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private final X509ExtendedTrustManager platform;

  private ExplainingTrustManager(X509ExtendedTrustManager platform) {
    this.platform = platform;
  }

  /** Trusts Java's and the system's authorities and {@code more}. */
  static ExplainingTrustManager trusting(List<X509Certificate> more) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (X509Certificate certificate : platform(null).getAcceptedIssuers()) {
        trusted.setCertificateEntry("java-" + count++, certificate);
      }
      if (Files.isReadable(SYSTEM_BUNDLE)) {
        try (InputStream in = Files.newInputStream(SYSTEM_BUNDLE)) {
          for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
            trusted.setCertificateEntry("system-" + count++, certificate);
          }
        }
      }
      for (X509Certificate certificate : more) {
        trusted.setCertificateEntry("own-" + count++, certificate);
      }
      return new ExplainingTrustManager(platform(trusted));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the trusted certificates can't be loaded", e);
    }
  }

  private static X509ExtendedTrustManager platform(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("this Java has no X.509 trust manager");
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void explaining(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      X509Certificate server = chain[0];
      throw new CertificateException(
          "certificate of %s, issued by %s, SHA-256 %s: %s"
              .formatted(
                  server.getSubjectX500Principal().getName(),
                  server.getIssuerX500Principal().getName(),
                  fingerprint(server),
                  why(e)),
          e);
    }
  }

  private static String why(CertificateException e) {
    return e.getCause() instanceof CertPathBuilderException
        ? "no authority that is trusted here has signed it"
        : String.valueOf(e.getMessage());
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(sum);
    } catch (GeneralSecurityException e) {
      return "unknown";
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    explaining(chain, () -> platform.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    explaining(chain, () -> platform.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    explaining(chain, () -> platform.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }
}
