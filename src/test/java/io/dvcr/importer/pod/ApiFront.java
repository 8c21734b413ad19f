package io.dvcr.importer.pod;

import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.KubernetesApi;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.ScriptedHttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullMarked;

/** Stands before the API server, with its certificate: sees what a pod asks, and may hang. */
@NullMarked
final class ApiFront implements AutoCloseable {
  private record Arrival(long time, String body) {}

  private final KubernetesApi api;
  private final HttpClient client;
  private final ScriptedHttpServer server;
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
  private volatile boolean hanging;

  ApiFront(KubernetesApi api) {
    this.api = api;
    this.client = HttpClient.newBuilder().sslContext(trusting(api)).build();
    this.server = ScriptedHttpServer.startTls(api.certificate(), this::answer);
  }

  private static SSLContext trusting(KubernetesApi api) {
    try (InputStream in = Files.newInputStream(api.certificate().authorityFile())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(Exchange exchange) throws IOException {
    long now = System.nanoTime();
    byte[] body = exchange.body().readAllBytes();
    arrivals.add(new Arrival(now, new String(body, StandardCharsets.UTF_8)));
    if (hanging) {
      exchange.stall();
      return;
    }
    Request request = exchange.request();
    HttpRequest.Builder forward =
        HttpRequest.newBuilder(api.root().resolve(request.target()))
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body));
    for (String name : List.of("Authorization", "Content-Type", "Accept")) {
      forward.header(name, request.header(name).orElseThrow());
    }
    try {
      HttpResponse<byte[]> answer =
          client.send(forward.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchange.answer(
          answer.statusCode(), Map.of("Content-Type", "application/json"), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on nothing is answered. */
  void hang() {
    hanging = true;
  }

  URI root() {
    return server.uri("");
  }

  List<Request> requests() {
    return server.requests();
  }

  /** When requests came that have {@code part} in them, as {@link System#nanoTime()}. */
  List<Long> arrivals(String part) {
    return arrivals.stream()
        .filter(arrival -> arrival.body().contains(part))
        .map(Arrival::time)
        .toList();
  }

  /** What was asked for, in order. */
  List<String> bodies() {
    return arrivals.stream().map(Arrival::body).toList();
  }

  @Override
  public void close() {
    server.close();
    client.shutdownNow();
  }
}
