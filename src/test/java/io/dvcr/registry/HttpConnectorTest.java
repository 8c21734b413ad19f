package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.testbed.FileServer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class HttpConnectorTest {
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

  private static HttpRequest get(FileServer files, String path) {
    return HttpRequest.of("GET", files.uri(path));
  }
}
