package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.ScriptedHttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A registry that sends us elsewhere: nobody there is told a password. */
@NullMarked
class CredentialsTest {
  private static final String BASIC = "Basic realm=\"r\"";
  private static final Digest BLOB = Digest.of(new byte[] {1});

  private final EventLoops loops = new EventLoops();

  /** Says that it wants a password, too, and names itself as who gives tokens for it. */
  private final ScriptedHttpServer other = ScriptedHttpServer.start(CredentialsTest::challenge);

  private final ScriptedHttpServer registry = ScriptedHttpServer.start(this::answer);

  @AfterEach
  void close() {
    loops.close();
    registry.close();
    other.close();
  }

  private static void challenge(Exchange exchange) throws IOException {
    drain(exchange);
    String host = exchange.request().header("Host").orElseThrow();
    String bearer = "Bearer realm=\"http://" + host + "/token\",service=\"s\"";
    exchange.answer(401, Map.of("WWW-Authenticate", bearer), new byte[0]);
  }

  private static void drain(Exchange exchange) throws IOException {
    exchange.body().transferTo(OutputStream.nullOutputStream());
  }

  private void answer(Exchange exchange) throws IOException {
    drain(exchange);
    Request request = exchange.request();
    String elsewhere = other.uri(request.path()).toString();
    if (request.path().equals("/v2/")) {
      exchange.answer(200, Map.of(), new byte[0]);
    } else if (request.header("Authorization").isEmpty()) {
      exchange.answer(401, Map.of("WWW-Authenticate", BASIC), new byte[0]);
    } else if (request.path().contains("/tags/")) {
      exchange.answer(
          200,
          Map.of("Link", "<" + elsewhere + "?last=a>; rel=\"next\""),
          "{\"tags\":[\"a\"]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } else if (request.method().equals("POST")) {
      exchange.answer(202, Map.of("Location", elsewhere + "1"), new byte[0]);
    } else {
      exchange.answer(307, Map.of("Location", elsewhere), new byte[0]);
    }
  }

  private Repository repository() {
    return new RemoteRepository(
        new Reference(registry.authority(), "a/b", Optional.empty()),
        loops.connector(ConnectorOptions.DEFAULT),
        new RegistryOptions(
            host -> Optional.of(new Credentials("bob", "s3cret")),
            new RetryPolicy(0, Duration.ofSeconds(1), new InstantTimer()),
            false,
            true,
            1 << 20));
  }

  private void assertNobodyElseWasTold() {
    assertThat(registry.requests())
        .anyMatch(request -> request.header("Authorization").isPresent());
    assertThat(other.requests())
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization").isEmpty());
  }

  @Test
  void locationOfAnUploadElsewhere_getsNoCredentials() {
    Throwable failure =
        catchThrowable(() -> {
          try (BlobUpload upload = repository().upload(null)) {
            upload.write(new byte[] {1}, 0, 1);
            upload.commit(MediaTypes.OCI_LAYER);
          }
        });

    assertThat(failure).isInstanceOf(RegistryException.class);
    assertNobodyElseWasTold();
  }

  @Test
  void nextPageElsewhere_getsNoCredentials() {
    assertThat(catchThrowable(() -> repository().tags())).isInstanceOf(RegistryException.class);
    assertNobodyElseWasTold();
  }

  @Test
  void challengeBehindARedirect_isNotAnswered() {
    Descriptor blob = new Descriptor(MediaTypes.OCI_LAYER, BLOB, 1);

    assertThat(catchThrowable(() -> repository().openBlob(blob).readAllBytes()))
        .isInstanceOf(RegistryException.class);
    assertNobodyElseWasTold();
    assertThat(other.requests("*", "/token")).isEmpty();
  }
}
