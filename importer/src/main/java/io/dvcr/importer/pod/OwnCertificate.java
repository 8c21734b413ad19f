package io.dvcr.importer.pod;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate that this process makes for itself: whoever asks does not verify it. */
final class OwnCertificate {
  /** As controllers have always seen it. */
  private static final String NAME = "CN=cloner_target";

  /** Longer than any pod runs. */
  private static final Duration LIFE = Duration.ofDays(3650);

  private OwnCertificate() {}

  /** What a TLS server with a new key and certificate needs. */
  static SSLContext context() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own", keys.getPrivate(), new char[0], new Certificate[] {certificate(keys)});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      // Not null, which would read every authority that Java trusts; clients are not asked.
      context.init(managers.getKeyManagers(), new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("no certificate can be made: " + e.getMessage(), e);
    }
  }

  private static X509Certificate certificate(KeyPair keys)
      throws GeneralSecurityException, OperatorCreationException {
    Instant now = Instant.now();
    X500Name name = new X500Name(NAME);
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(127, new SecureRandom()).setBit(0),
                    Date.from(now.minus(Duration.ofDays(1))), // clocks differ
                    Date.from(now.plus(LIFE)),
                    name,
                    keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
