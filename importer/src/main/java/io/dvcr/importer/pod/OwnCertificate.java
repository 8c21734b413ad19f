package io.dvcr.importer.pod;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that this process makes for itself: whoever asks does not verify it. It is made for
 * the first handshake, because a key costs more time than anything else before the first request to
 * a source.
 */
final class OwnCertificate extends X509ExtendedKeyManager {
  /** As controllers have always seen it. */
  private static final String NAME = "CN=cloner_target";

  /** Longer than any pod runs. */
  private static final Duration LIFE = Duration.ofDays(3650);

  /** The type of the key, as TLS asks for it (Java Security Standard Algorithm Names). */
  private static final String KEY_TYPE = "EC";

  private static final String ALIAS = "own";

  private @Nullable Identity identity;

  private record Identity(PrivateKey key, X509Certificate certificate) {}

  private OwnCertificate() {}

  /** What a TLS server with a new key and certificate needs. */
  static SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      // Not null, which would read every authority that Java trusts; clients are not asked.
      context.init(new KeyManager[] {new OwnCertificate()}, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private synchronized Identity identity() {
    if (identity == null) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(KEY_TYPE);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        identity = new Identity(keys.getPrivate(), certificate(keys));
      } catch (GeneralSecurityException | OperatorCreationException e) {
        throw new IllegalStateException("no certificate can be made: " + e.getMessage(), e);
      }
    }
    return identity;
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

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return keyType.equals(KEY_TYPE) ? ALIAS : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return keyType.equals(KEY_TYPE) ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {identity().certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity().key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return keyType.equals(KEY_TYPE) ? new String[] {ALIAS} : null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
