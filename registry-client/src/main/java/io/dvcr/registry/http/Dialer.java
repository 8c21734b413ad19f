package io.dvcr.registry.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections. The host is resolved here, each address is checked against the rules, and the
 * connection is made to the address that was checked, so that a name that resolves differently the
 * second time changes nothing. All connections of one dialer share a thread.
 */
final class Dialer {
  /** Measured: half the CPU time of Vert.x's default of 8 KiB, no gain beyond. */
  private static final int READ_SIZE = 256 << 10;

  private static final int SOCKET_BUFFER = 1 << 20;

  /** Larger heads are an attack or a mistake; common servers allow 8 to 64 KiB. */
  private static final int MAX_HEAD = 64 << 10;

  private final EventLoops loops;
  private final ConnectorOptions options;
  private final NoIdentity noIdentity = new NoIdentity();
  private @Nullable HttpClientAgent client;
  private @Nullable ContextInternal context;
  private @Nullable ClientSSLOptions ssl;

  Dialer(EventLoops loops, ConnectorOptions options) {
    this.loops = loops;
    this.options = options;
  }

  /** What leads to the same server: scheme, host and port. */
  static String route(URI uri) {
    return (Uris.isHttps(uri) ? "https://" : "http://") + Uris.host(uri) + ":" + Uris.port(uri);
  }

  /**
   * Connects to the server of {@code uri}, or to the proxy that leads there.
   *
   * @return a connection on which nothing was sent; it goes back to {@code home}
   * @throws IOException as {@link HttpConnector#send}
   */
  Connection dial(URI uri, Connections home) throws IOException {
    Optional<ProxyOptions> proxy = options.proxies().proxyFor(uri);
    if (proxy.isPresent()) {
      return connect(uri, throughProxy(uri, proxy.get()), home);
    }
    List<IOException> failures = new ArrayList<>();
    for (InetAddress address : allowedAddresses(Uris.host(uri))) {
      try {
        SocketAddress server =
            SocketAddress.inetSocketAddress(Uris.port(uri), address.getHostAddress());
        return connect(uri, new HttpConnectOptions().setServer(server), home);
      } catch (ConnectException | ConnectionCutException e) {
        failures.add(e);
      }
    }
    IOException first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    throw first;
  }

  private Connection connect(URI uri, HttpConnectOptions way, Connections home) throws IOException {
    way.setHost(Uris.host(uri))
        .setPort(Uris.port(uri))
        .setSsl(Uris.isHttps(uri))
        .setConnectTimeout(options.connectTimeout().toMillis());
    if (Uris.isHttps(uri)) {
      way.setSslOptions(ssl());
    }
    ContextInternal thread = context();
    Future<Connection> connecting =
        Futures.on(thread, () -> client().connect(way))
            .map(channel -> new Connection(home, route(uri), thread, channel, asksInVain(uri)));
    try {
      return Futures.await(connecting, options.connectTimeout().plusSeconds(1), "connection");
    } catch (IOException e) {
      connecting.onSuccess(Connection::abandon); // it may still come
      throw e;
    }
  }

  /** Asked in the handshake, which is done once there is a connection. */
  private boolean asksInVain(URI uri) {
    return Uris.isHttps(uri) && noIdentity.askedBy(Uris.host(uri), Uris.port(uri));
  }

  /**
   * A tunnel for https (RFC 9110, section 9.3.6); for http a connection to the proxy itself, which
   * reads the target in the request (section 3.2.2 of RFC 9112).
   */
  private static HttpConnectOptions throughProxy(URI uri, ProxyOptions proxy) {
    if (!Uris.isHttps(uri)) {
      return new HttpConnectOptions()
          .setServer(SocketAddress.inetSocketAddress(proxy.getPort(), proxy.getHost()));
    }
    return new HttpConnectOptions().setProxyOptions(proxy);
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

  private synchronized ContextInternal context() {
    if (context == null) {
      context = loops.context();
    }
    return context;
  }

  private synchronized HttpClientAgent client() {
    if (client == null) {
      HttpClientOptions settings =
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_1_1)
              .setMaxChunkSize(READ_SIZE)
              .setReceiveBufferSize(SOCKET_BUFFER)
              .setMaxHeaderSize(MAX_HEAD)
              .setDecompressionSupported(false)
              .setTcpKeepAlive(true);
      client = loops.vertx().createHttpClient(settings);
    }
    return client;
  }

  private synchronized ClientSSLOptions ssl() {
    if (ssl == null) {
      ssl = options.tls().options(noIdentity);
    }
    return ssl;
  }
}
