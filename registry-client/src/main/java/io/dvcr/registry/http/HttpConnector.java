package io.dvcr.registry.http;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests. The host is resolved here, each address is checked against the rules, and the
 * connection is made to the address that was checked, so that a name that resolves differently the
 * second time changes nothing. Redirects are the caller's. Safe for several threads; ends with its
 * {@link EventLoops}.
 */
public final class HttpConnector {
  /** Measured: half the CPU time of Vert.x's default of 8 KiB, no gain beyond. */
  private static final int READ_SIZE = 64 << 10;

  private static final int SOCKET_BUFFER = 1 << 20;

  /** Larger heads are an attack or a mistake; common servers allow 8 to 64 KiB. */
  private static final int MAX_HEAD = 64 << 10;

  /**
   * Shorter than the idle time of common servers (nginx 75 s, Go none), to meet few closed ones.
   */
  private static final int KEEP_ALIVE_SECONDS = 15;

  private final EventLoops loops;
  private final ConnectorOptions options;
  private @Nullable HttpClient client;
  private @Nullable ClientSSLOptions ssl;

  HttpConnector(EventLoops loops, ConnectorOptions options) {
    this.loops = loops;
    this.options = options;
  }

  /**
   * Sends a request without a body.
   *
   * @return the response; the caller closes it
   * @throws IOException {@link UnknownHostException}, {@link BlockedAddressException}, {@link
   *     UntrustedCertificateException}, {@link java.net.ConnectException}, {@link
   *     ConnectionCutException}
   */
  public HttpResponse send(HttpRequest request) throws IOException {
    HttpClientRequest connected = connect(request);
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      connected.putHeader("Content-Length", "0");
    }
    HttpExchange exchange = new HttpExchange(loops.vertx(), connected, options.idleLimit());
    return exchange.finish();
  }

  /**
   * Begins a request with a body.
   *
   * @param length of the body; negative if it isn't known (chunked transfer coding)
   * @return the exchange to write the body into; the caller closes it
   * @throws IOException as {@link #send}
   */
  public HttpExchange begin(HttpRequest request, long length) throws IOException {
    HttpClientRequest connected = connect(request);
    if (length < 0) {
      connected.setChunked(true);
    } else {
      connected.putHeader("Content-Length", Long.toString(length));
    }
    return new HttpExchange(loops.vertx(), connected, options.idleLimit());
  }

  private HttpClientRequest connect(HttpRequest request) throws IOException {
    URI uri = request.uri();
    Optional<URI> proxy = options.proxies().proxyFor(uri);
    if (proxy.isPresent()) {
      return connected(request, requestOptions(uri).setProxyOptions(proxyOptions(proxy.get())));
    }
    List<IOException> failures = new ArrayList<>();
    for (InetAddress address : allowedAddresses(Uris.host(uri))) {
      try {
        SocketAddress server =
            SocketAddress.inetSocketAddress(Uris.port(uri), address.getHostAddress());
        return connected(request, requestOptions(uri).setServer(server));
      } catch (java.net.ConnectException e) {
        failures.add(e);
      }
    }
    IOException first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }

  private HttpClientRequest connected(HttpRequest request, RequestOptions connection)
      throws IOException {
    connection.setMethod(HttpMethod.valueOf(request.method()));
    HttpClientRequest connected =
        Futures.await(
            client().request(connection), options.connectTimeout().plusSeconds(1), "connection");
    request.headers().forEach((name, value) -> connected.headers().add(name, value));
    return connected;
  }

  private RequestOptions requestOptions(URI uri) throws IOException {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    RequestOptions connection =
        new RequestOptions()
            .setHost(Uris.host(uri))
            .setPort(Uris.port(uri))
            .setSsl(Uris.isHttps(uri))
            .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
            .setConnectTimeout(options.connectTimeout().toMillis());
    if (Uris.isHttps(uri)) {
      connection.setSslOptions(ssl());
    }
    return connection;
  }

  private static ProxyOptions proxyOptions(URI proxy) {
    ProxyOptions through =
        new ProxyOptions()
            .setHost(Uris.host(proxy))
            .setPort(proxy.getPort() >= 0 ? proxy.getPort() : 80);
    String user = proxy.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      through.setUsername(colon < 0 ? user : user.substring(0, colon));
      through.setPassword(colon < 0 ? "" : user.substring(colon + 1));
    }
    return through;
  }

  private List<InetAddress> allowedAddresses(String host) throws IOException {
    List<InetAddress> allowed = new ArrayList<>();
    InetAddress[] all = InetAddress.getAllByName(host);
    for (InetAddress address : all) {
      if (options.addresses().allows(address)) {
        allowed.add(address);
      }
    }
    if (allowed.isEmpty()) {
      throw new BlockedAddressException(host, all[0].getHostAddress());
    }
    return allowed;
  }

  private synchronized HttpClient client() {
    if (client == null) {
      HttpClientOptions settings =
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_1_1)
              .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
              .setMaxChunkSize(READ_SIZE)
              .setReceiveBufferSize(SOCKET_BUFFER)
              .setMaxHeaderSize(MAX_HEAD)
              .setDecompressionSupported(false)
              .setTcpKeepAlive(true);
      client =
          loops
              .vertx()
              .httpClientBuilder()
              .with(settings)
              // Without a handler Vert.x logs what the request's own failure tells.
              .withConnectHandler(connection -> connection.exceptionHandler(failure -> {}))
              .build();
    }
    return client;
  }

  private synchronized ClientSSLOptions ssl() {
    if (ssl == null) {
      ssl = options.tls().options();
    }
    return ssl;
  }
}
