package io.dvcr.registry.http;

/** What answered does not speak TLS: nobody's certificate is to blame. */
public final class NoTlsException extends UntrustedCertificateException {
  private static final long serialVersionUID = 1;

  NoTlsException(Throwable cause) {
    super("it does not speak TLS on that port", cause);
  }
}
