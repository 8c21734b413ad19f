package io.dvcr.registry.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Has no client certificate, and remembers who asked for one: in TLS 1.3 a server refuses after the
 * handshake is done for us, and its alert may be lost behind the end of the connection (RFC 8446,
 * appendix E.1 and section 4.4.2.4).
 */
final class NoIdentity extends X509ExtendedKeyManager {
  private final Set<String> asking = ConcurrentHashMap.newKeySet();

  /** Whether the server wanted a certificate, however much it needs it. */
  boolean askedBy(String host, int port) {
    return asking.contains(host + ":" + port);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    asking.add(engine.getPeerHost() + ":" + engine.getPeerPort());
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return null;
  }
}
