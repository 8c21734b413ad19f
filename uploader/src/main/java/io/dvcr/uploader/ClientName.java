package io.dvcr.uploader;

import io.vertx.core.http.HttpServerRequest;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The common name of a client's certificate, whose authority the handshake has verified. */
final class ClientName {
  private final String expected;

  ClientName(String expected) {
    this.expected = expected;
  }

  boolean isOf(HttpServerRequest request) {
    SSLSession session = request.sslSession();
    try {
      return session != null
          && new LdapName(session.getPeerPrincipal().getName())
              .getRdns().stream()
                  .anyMatch(part ->
                      part.getType().equalsIgnoreCase("CN") && part.getValue().equals(expected));
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      return false;
    }
  }
}
