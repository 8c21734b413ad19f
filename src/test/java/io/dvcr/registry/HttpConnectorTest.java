package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.http.ConnectionCutException;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Tls;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.ScriptedHttpServer;
import io.dvcr.testbed.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class HttpConnectorTest {
  @TempDir Path folder;

  /** What lies between a connection and its reader at most, and somewhat more. */
  private static final int LARGEST = 3 << 20;

  private static final int STEP = 64 << 10;

  @Test
  void responseThatWaitsToBeRead_holdsUpNoOtherRequest() throws IOException {
    try (FileServer files = FileServer.start();
        EventLoops loops = new EventLoops()) {
      HttpConnector connector =
          loops.connector(ConnectorOptions.DEFAULT.withIdleLimit(Duration.ofSeconds(5)));
      files.put("/small", new byte[] {1});
      for (int size = STEP; size <= LARGEST; size += STEP) {
        files.put("/large", new byte[size]);
        try (HttpResponse large = connector.send(get(files, "/large"))) {
          for (int i = 0; i < 3; i++) {
            try (HttpResponse small = connector.send(get(files, "/small"))) {
              assertThat(small.body().readAllBytes()).containsExactly(1);
            }
          }
          assertThat(large.body().readAllBytes()).hasSize(size);
        }
      }
    }
  }

  @Test
  void responseThatWasRead_leavesItsConnectionToTheNextRequest() throws IOException {
    try (FileServer files = FileServer.start();
        EventLoops loops = new EventLoops()) {
      HttpConnector connector = loops.connector(ConnectorOptions.DEFAULT);
      files.put("/small", new byte[] {1});
      for (int i = 0; i < 5; i++) {
        try (HttpResponse small = connector.send(get(files, "/small"))) {
          assertThat(small.status()).isEqualTo(200);
        }
      }
      assertThat(files.connections()).isEqualTo(1);
    }
  }

  /** Its alert comes after the handshake, and the end of the connection may overtake it. */
  @Test
  void serverThatAskedForACertificateAndHungUp_isUnderstood() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    Tls trusting = Tls.SYSTEM.trusting(certificate.authorityFile());
    try (ScriptedHttpServer silent =
            ScriptedHttpServer.startTls(certificate, Effect.RESET::happen);
        ScriptedHttpServer asking =
            ScriptedHttpServer.startTlsThatAsks(certificate, Effect.RESET::happen);
        EventLoops loops = new EventLoops()) {
      HttpConnector connector = loops.connector(ConnectorOptions.DEFAULT.with(trusting));

      assertThatThrownBy(() -> connector.send(HttpRequest.of("GET", silent.uri("/"))))
          .isInstanceOf(ConnectionCutException.class)
          .hasMessageNotContaining("certificate");
      assertThatThrownBy(() -> connector.send(HttpRequest.of("GET", asking.uri("/"))))
          .isInstanceOf(ConnectionCutException.class)
          .hasMessageContaining("it had asked for a client certificate");
    }
  }

  private static HttpRequest get(FileServer files, String path) {
    return HttpRequest.of("GET", files.uri(path));
  }
}
