package io.dvcr.registry.http;

import java.io.IOException;

/** TLS could not be agreed on, most often because nobody trusted signed the certificate. */
public sealed class UntrustedCertificateException extends IOException permits NoTlsException {
  private static final long serialVersionUID = 1;

  UntrustedCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
