package io.dvcr.registry.http;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Sends requests over connections that it keeps for the next ones. Redirects are the caller's. Safe
 * for several threads; ends with its {@link EventLoops}.
 */
public final class HttpConnector {
  private static final int MOST_PORT = 65_535;

  private final EventLoops loops;
  private final ConnectorOptions options;
  private final Dialer dialer;
  private final Connections connections = new Connections();

  HttpConnector(EventLoops loops, ConnectorOptions options) {
    this.loops = loops;
    this.options = options;
    this.dialer = new Dialer(loops, options);
  }

  /**
   * Sends a request without a body.
   *
   * @return the response; the caller closes it
   * @throws IOException {@link UnknownHostException}, {@link BlockedAddressException}, {@link
   *     UntrustedCertificateException}, {@link ConnectException}, {@link ConnectionCutException}
   */
  public HttpResponse send(HttpRequest request) throws IOException {
    return send(request, 0);
  }

  /**
   * The same with a request that makes the server keep what it was sent before.
   *
   * @param bytes how much that is, as {@link HttpExchange#finish(long)} takes it
   */
  public HttpResponse send(HttpRequest request, long bytes) throws IOException {
    boolean bodyExpected = !request.method().equals("GET") && !request.method().equals("HEAD");
    HttpRequest whole = bodyExpected ? request.with("Content-Length", "0") : request;
    try (HttpExchange exchange = exchange(whole, false)) {
      return exchange.finish(bytes);
    }
  }

  /**
   * Begins a request with a body.
   *
   * @param length of the body; negative if it isn't known (chunked transfer coding)
   * @return the exchange to write the body into; the caller closes it
   * @throws IOException as {@link #send}
   */
  public HttpExchange begin(HttpRequest request, long length) throws IOException {
    return length < 0
        ? exchange(request, true)
        : exchange(request.with("Content-Length", Long.toString(length)), false);
  }

  private HttpExchange exchange(HttpRequest request, boolean chunked) throws IOException {
    int port = Uris.port(request.uri());
    if (port < 1 || port > MOST_PORT) {
      throw new ConnectException("there is no port " + port);
    }
    Connection connection = connections.take(Dialer.route(request.uri()));
    if (connection == null) {
      connection = dialer.dial(request.uri(), connections);
    }
    try {
      HttpClientRequest begun =
          Futures.await(connection.request(head(request)), options.connectTimeout(), "connection");
      begun.setChunked(chunked);
      return new HttpExchange(loops.vertx(), request.uri(), connection, begun, options.idleLimit());
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private RequestOptions head(HttpRequest request) {
    URI uri = request.uri();
    RequestOptions head =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method()))
            .setHost(Uris.host(uri))
            .setPort(Uris.port(uri))
            .setURI(target(uri));
    request.headers().forEach(head::addHeader);
    // Of use for http alone, where the proxy reads the request (RFC 9112, section 3.2.2).
    options.proxies().proxyFor(uri).ifPresent(head::setProxyOptions);
    return head;
  }

  /** RFC 9112, section 3.2.1. */
  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }
}
