package io.dvcr.importer.pod;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves metrics over https, under every path but {@code /healthz}. Nobody is asked who they are:
 * it tells numbers only.
 */
final class MetricsServer implements AutoCloseable {
  /** Connections that wait; there is one client, once a second. */
  private static final int BACKLOG = 16;

  /** How long a client may take for the head of its request. */
  private static final String SECONDS_FOR_A_REQUEST = "10";

  static {
    // The only way to say it (jdk.httpserver); read when the first server is made.
    System.setProperty("sun.net.httpserver.maxReqTime", SECONDS_FOR_A_REQUEST);
  }

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private MetricsServer(HttpsServer server) {
    this.server = server;
  }

  /**
   * @param address its port may be 0 for any that is free
   * @param text of the metrics at the moment of the call
   */
  static MetricsServer start(InetSocketAddress address, Supplier<String> text) throws IOException {
    HttpsServer https = HttpsServer.create(address, BACKLOG);
    https.setHttpsConfigurator(new HttpsConfigurator(LateTls.of(OwnCertificate::context)));
    MetricsServer server = new MetricsServer(https);
    https.setExecutor(server.threads);
    https.createContext(
        "/", exchange -> answer(exchange, ProgressMetrics.CONTENT_TYPE, text.get()));
    https.createContext("/healthz", exchange -> answer(exchange, "text/plain", "ok\n"));
    https.start();
    return server;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
