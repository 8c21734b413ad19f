package io.dvcr.registry;

import io.dvcr.registry.http.BlockedAddressException;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpExchange;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.RedirectException;
import io.dvcr.registry.http.Redirects;
import io.dvcr.registry.http.UntrustedCertificateException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Requests to one registry: authorized, tried again where that can help, and their failures as
 * {@link RegistryException}. Safe for several threads.
 */
final class RegistryCalls {
  private final HttpConnector connector;
  private final Authorization authorization;
  private final RetryPolicy retryPolicy;
  private final SessionLog sessions;
  private volatile boolean reached;

  RegistryCalls(
      HttpConnector connector,
      Authorization authorization,
      RetryPolicy retryPolicy,
      SessionLog sessions) {
    this.connector = connector;
    this.authorization = authorization;
    this.retryPolicy = retryPolicy;
    this.sessions = sessions;
  }

  /** Who is told of upload sessions. */
  SessionLog sessions() {
    return sessions;
  }

  /** Something that is done whole, and again whole if it failed. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  /** Does {@code call} until it succeeds, can't succeed, or no tries are left. */
  <T> T retrying(Call<T> call) throws IOException {
    Retries retries = retryPolicy.start();
    while (true) {
      try {
        return call.run();
      } catch (RegistryException e) {
        if (!e.retryable() || !retries.waitForNext(e, e.retryAfter())) {
          throw e.afterTries(retries.count());
        }
      }
    }
  }

  Retries retries() {
    return retryPolicy.start();
  }

  /**
   * Sends a request without a body, once, following redirects for GET and HEAD.
   *
   * @param expected statuses that are no failure
   * @return the response; the caller closes it
   */
  HttpResponse send(String action, HttpRequest request, Integer... expected) throws IOException {
    return authorized(action, request, Set.of(expected), this::sendOnce);
  }

  /**
   * The same with a request that makes the registry keep what it was sent before.
   *
   * @param bytes how much that is: it may take its time
   */
  HttpResponse send(String action, HttpRequest request, long bytes, Set<Integer> expected)
      throws IOException {
    return authorized(action, request, expected, head -> connector.send(head, bytes));
  }

  /** Sends a request without credentials, once; every status is an answer. */
  HttpResponse sendAnonymously(String action, HttpRequest request) throws IOException {
    try {
      HttpResponse response = connector.send(request);
      reached = true;
      return response;
    } catch (IOException e) {
      throw failure(action, e);
    }
  }

  /** Sends a request with a small body, once. */
  HttpResponse send(String action, HttpRequest request, byte[] body, Integer... expected)
      throws IOException {
    return authorized(
        action,
        request,
        Set.of(expected),
        head -> {
          try (HttpExchange exchange = connector.begin(head, body.length)) {
            exchange.write(body, 0, body.length);
            return exchange.finish();
          }
        });
  }

  /** Begins a request whose body is streamed; its answer may be {@link #refused}'s. */
  HttpExchange begin(String action, HttpRequest request, long length) throws IOException {
    try {
      HttpExchange exchange = connector.begin(authorization.on(request), length);
      reached = true;
      return exchange;
    } catch (IOException e) {
      throw failure(action, e);
    }
  }

  /** Where the registry is: credentials go there and, if it says so, to its token server. */
  void foundAt(URI origin) {
    authorization.at(origin);
  }

  /** The failure that an unexpected response is; closes the response. */
  RegistryException refusal(String action, HttpResponse response) {
    return RegistryErrors.from(action, response);
  }

  /**
   * The same of a request whose body is streamed. A {@code 401} whose challenge could be answered
   * may be tried again at once.
   */
  RegistryException refused(String action, HttpResponse response) throws IOException {
    boolean again = response.status() == 401 && authorization.answer(response);
    RegistryException refusal = refusal(action, response);
    return again ? refusal.answeredChallenge() : refusal;
  }

  /** The failure of a connection, as the caller should see it. */
  IOException failure(String action, IOException e) {
    if (e instanceof RegistryException || e instanceof InterruptedIOException) {
      return e;
    }
    boolean permanent =
        e instanceof UntrustedCertificateException
            || e instanceof BlockedAddressException
            || e instanceof RedirectException;
    boolean never =
        !reached
            && !retryPolicy.patient()
            && (e instanceof UnknownHostException || e instanceof ConnectException);
    String message =
        e instanceof UnknownHostException ? "unknown host " + e.getMessage() : e.getMessage();
    return new RegistryException(
            permanent ? RegistryException.Kind.REJECTED : RegistryException.Kind.UNAVAILABLE,
            action,
            0,
            "",
            String.valueOf(message))
        .because(e, never);
  }

  /** Asks for wider rights, for a mount. */
  void widen(String scope) {
    authorization.widen(scope);
  }

  @FunctionalInterface
  private interface Sender {
    HttpResponse send(HttpRequest request) throws IOException;
  }

  private HttpResponse sendOnce(HttpRequest request) throws IOException {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return reads
        ? new Redirects(connector, Set.of("authorization")).send(request)
        : connector.send(request);
  }

  private HttpResponse authorized(
      String action, HttpRequest request, Set<Integer> expected, Sender sender) throws IOException {
    try {
      HttpResponse response = sender.send(authorization.on(request));
      reached = true;
      if (response.status() == 401) {
        boolean again = authorization.answer(response);
        if (again) {
          response.close();
          response = sender.send(authorization.on(request));
        }
      }
      if (expected.contains(response.status())) {
        return response;
      }
      throw refusal(action, response);
    } catch (IOException e) {
      throw failure(action, e);
    }
  }
}
