package io.dvcr.registry;

import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.UntrustedCertificateException;
import io.dvcr.registry.http.Uris;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is reached: https, or http where that is allowed and https is not spoken (end-1:
 * {@code GET /v2/}). Asked once. Safe for several threads.
 */
final class Endpoint {
  /** What servers that speak https alone answer to plain http, if they answer. */
  private static final int SPEAKS_HTTPS = 400;

  private final String registry;
  private final boolean plainHttp;
  private final RegistryCalls calls;
  private @Nullable URI base;

  Endpoint(String registry, boolean plainHttp, RegistryCalls calls) {
    this.registry = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    this.plainHttp = plainHttp;
    this.calls = calls;
  }

  /** {@code https://host/} or {@code http://host/}. */
  URI base() throws IOException {
    return found(() -> calls.retrying(this::find));
  }

  /** The same for what is not worth waiting: no further tries. */
  URI baseNow() throws IOException {
    return found(this::find);
  }

  private synchronized URI found(RegistryCalls.Call<URI> finding) throws IOException {
    if (base == null) {
      base = finding.run();
      calls.foundAt(base);
    }
    return base;
  }

  private URI find() throws IOException {
    RegistryException failure = null;
    for (String scheme : schemes()) {
      URI candidate = URI.create(scheme + "://" + registry + "/");
      try {
        ping(candidate);
        return candidate;
      } catch (RegistryException e) {
        if (failure == null || isUntrusted(e) || failure.status() == SPEAKS_HTTPS) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    throw failure == null ? new IOException("no way to reach " + registry) : failure;
  }

  /**
   * Whether the registry speaks https with a certificate that is not trusted, which says more than
   * that it does not speak http; a failed handshake alone may be a registry that speaks http.
   */
  private static boolean isUntrusted(RegistryException e) {
    return e.getCause() instanceof UntrustedCertificateException untrusted
        && untrusted.getCause() instanceof CertificateException;
  }

  /** On loopback http first, as nearly every registry there speaks it alone. */
  private List<String> schemes() {
    if (Uris.isLoopback(Uris.host(URI.create("https://" + registry)))) {
      return List.of("http", "https");
    }
    return plainHttp ? List.of("https", "http") : List.of("https");
  }

  /** No credentials are sent: a registry answers 401 to that, which is an answer, too. */
  private void ping(URI candidate) throws IOException {
    String action = "reach the registry " + registry;
    HttpRequest get = HttpRequest.of("GET", candidate.resolve("/v2/"));
    try (HttpResponse response = calls.sendAnonymously(action, get)) {
      int status = response.status();
      if (status != 200 && status != 401 && status != 403) {
        throw calls.refusal(action, response);
      }
    }
  }
}
