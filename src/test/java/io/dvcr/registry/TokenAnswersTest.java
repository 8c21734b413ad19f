package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.ScriptedHttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token server that says what it should not. */
@NullMarked
class TokenAnswersTest {
  private static final Digest DIGEST = Digest.of(new byte[] {1});

  private volatile String answer = "";
  private volatile int status = 200;
  private volatile boolean recovers;

  private Optional<Long> blobSize() throws IOException {
    try (ScriptedHttpServer server = ScriptedHttpServer.start(this::serve);
        EventLoops loops = new EventLoops();
        RemoteRepository repository =
            new RemoteRepository(
                new Reference(server.authority(), "a/b", Optional.empty()),
                loops.connector(ConnectorOptions.DEFAULT),
                new RegistryOptions(
                    registry -> Optional.of(new Credentials("alice", "geheim")),
                    new RetryPolicy(recovers ? 1 : 0, Duration.ofSeconds(1), new InstantTimer()),
                    false,
                    true,
                    1 << 20))) {
      return repository.blobSize(DIGEST);
    }
  }

  private void serve(Exchange exchange) throws IOException {
    String path = exchange.request().path();
    if (path.startsWith("/token")) {
      int now = status;
      status = recovers ? 200 : status;
      exchange.answer(now, Map.of(), answer.getBytes(StandardCharsets.UTF_8));
    } else if (exchange.request().header("Authorization").equals(Optional.of("Bearer good"))) {
      exchange.answer(200, Map.of("Content-Length", "7"), new byte[7]);
    } else {
      String host = exchange.request().header("Host").orElseThrow();
      exchange.answer(
          401,
          Map.of("WWW-Authenticate", "Bearer realm=\"http://" + host + "/token\",service=\"s\""),
          new byte[0]);
    }
  }

  private RegistryException failure() {
    RegistryException failure = catchThrowableOfType(RegistryException.class, this::blobSize);
    assertThat(failure).hasMessageNotContaining("geheim");
    return failure;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html>               | is no JSON",
        "''                   | holds no token",
        "[]                   | holds no token",
        "{\"token\":\"\"}     | holds no token",
        "{\"token\":\"a\\r\\nX: b\"} | can't stand in a header",
      })
  void answerThatIsNoToken_isToldSo(String body, String why) {
    answer = body;

    RegistryException failure = failure();

    assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(failure).hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "-5", "0", "\"soon\"", "1e300"})
  void lifeOfAToken_mayBeAnything(String life) throws IOException {
    answer = "{\"token\":\"good\",\"expires_in\":" + life + "}";

    assertThat(blobSize()).contains(7L);
  }

  @Test
  void serverThatFails_isTemporary() {
    status = 503;

    assertThat(failure().kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void serverThatRecovers_isAskedAgain() throws IOException {
    status = 503;
    recovers = true;
    answer = "{\"token\":\"good\"}";

    assertThat(blobSize()).contains(7L);
  }
}
