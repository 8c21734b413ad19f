package io.dvcr.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileServerTest {
  private static final byte[] CONTENT = new byte[100_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  private FileServer server;
  private ServedFile file;

  @BeforeEach
  void serve() {
    server = FileServer.start();
    file = server.put("/disk.img", CONTENT);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void get_answersWithTheFile() throws IOException {
    RawResponse response = get();

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(CONTENT);
    assertThat(response.header("ETag")).contains("\"version-1\"");
    assertThat(response.header("Last-Modified")).contains("Fri, 02 Jan 2026 03:04:05 GMT");
    assertThat(server.requests("GET", "disk")).hasSize(1);
  }

  @Test
  void head_answersWithTheLengthOnly() throws IOException {
    RawResponse response = RawResponse.to(server.uri("/disk.img"), "HEAD");

    assertThat(response.header("Content-Length")).contains("100000");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10-19, 10, 10", "99990-, 99990, 10", "-7, 99993, 7", "99999-200000, 99999, 1"})
  void range_answersWithThatPart(String range, int first, int length) throws IOException {
    RawResponse response = get("Range: bytes=" + range);

    assertThat(response.status()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(CONTENT, first, first + length));
    assertThat(response.header("Content-Range"))
        .contains("bytes " + first + "-" + (first + length - 1) + "/100000");
  }

  @Test
  void rangeBeyondTheEnd_isNotSatisfiable() throws IOException {
    RawResponse response = get("Range: bytes=100000-");

    assertThat(response.status()).isEqualTo(416);
    assertThat(response.header("Content-Range")).contains("bytes */100000");
  }

  @Test
  void ifRangeOfAnotherVersion_answersWithTheWholeFile() throws IOException {
    assertThat(get("Range: bytes=5-", "If-Range: \"version-1\"").status()).isEqualTo(206);

    file.replace(CONTENT);

    assertThat(get("Range: bytes=5-", "If-Range: \"version-1\"").status()).isEqualTo(200);
  }

  @Test
  void withoutRanges_ignoresThem() throws IOException {
    file.withoutRanges();

    assertThat(get("Range: bytes=5-").status()).isEqualTo(200);
  }

  @Test
  void chunked_hasNoLength() throws IOException {
    file.chunked();

    RawResponse response = get();

    assertThat(response.header("Content-Length")).isEmpty();
    assertThat(response.body()).isEqualTo(CONTENT);
  }

  @Test
  void lengthTooLong_closesTheConnectionEarly() {
    file.declaringLength(CONTENT.length + 1L);

    assertThatThrownBy(this::get).isInstanceOf(EOFException.class);
  }

  @Test
  void lengthTooShort_sendsMoreThanItSaid() throws IOException {
    file.declaringLength(10);

    assertThat(get().body()).isEqualTo(Arrays.copyOf(CONTENT, 10));
  }

  @Test
  void redirect_isNotFollowedHere() throws IOException {
    server.redirect("/old", 307, "/disk.img");

    RawResponse response = RawResponse.to(server.uri("/old"), "GET");

    assertThat(response.status()).isEqualTo(307);
    assertThat(response.header("Location")).contains("/disk.img");
  }

  @Test
  void protectedFile_wantsThePassword() throws IOException {
    file.protectedBy("user", "secret");

    assertThat(get().status()).isEqualTo(401);
    assertThat(get("Authorization: Basic dXNlcjpzZWNyZXQ=").status()).isEqualTo(200);
  }

  @Test
  void cutAfterSomeBytes_endsThereAndOnlyOnce() throws IOException {
    server.faults().add(Fault.on("GET", "disk").nth(2).afterResponseBytes(1234).then(Effect.CUT));

    assertThat(get().body()).isEqualTo(CONTENT);
    assertThatThrownBy(this::get)
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("after 1234 bytes");
    assertThat(get().body()).isEqualTo(CONTENT);
    assertThat(server.faults().happened()).isEqualTo(1);
  }

  @Test
  void resetAfterSomeBytes_failsTheConnection() {
    server.faults().add(Fault.on("*", "").afterResponseBytes(70_000).then(Effect.RESET));

    assertThatThrownBy(this::get).isInstanceOf(SocketException.class);
  }

  @Test
  void stall_keepsTheConnectionOpenAndSilent() throws Exception {
    server.faults().add(Fault.on("*", "").then(Effect.STALL));

    try (Socket socket = RawResponse.connect(server.uri("/"))) {
      socket.setSoTimeout(100);
      socket.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(socket.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);

      server.close();
      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void answerInsteadOfTheFile_hasItsHeaders() throws IOException {
    server.faults().add(Fault.on("GET", "").times(2).then(Effect.answer(503, "Retry-After", "7")));

    assertThat(get().status()).isEqualTo(503);
    assertThat(get().header("Retry-After")).contains("7");
    assertThat(get().status()).isEqualTo(200);
  }

  @Test
  void contentChangedInTheMiddle_goesOnWithTheOldOne() throws IOException {
    Effect change = exchange -> file.replace(new byte[3]);
    server.faults().add(Fault.on("GET", "").afterResponseBytes(10).then(change));

    assertThat(get().body()).isEqualTo(CONTENT);
    assertThat(get().body()).isEqualTo(new byte[3]);
  }

  @Test
  void connectionIsKept_forTheNextRequest() throws Exception {
    try (Socket socket = RawResponse.connect(server.uri("/"))) {
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write(request().getBytes(StandardCharsets.US_ASCII));
        assertThat(RawResponse.read("GET", socket.getInputStream()).body()).isEqualTo(CONTENT);
      }
    }
  }

  @Test
  void tls_isTrustedByItsAuthority(@TempDir Path folder) {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (FileServer secure = FileServer.startTls(certificate)) {
      secure.put("/a", "hello".getBytes(StandardCharsets.UTF_8));
      List<Object> arguments =
          List.of("-sS", "--cacert", certificate.authorityFile(), secure.uri("/a"));

      assertThat(Tools.run("curl", arguments.toArray()).expectSuccess().out()).isEqualTo("hello");
      assertThat(Tools.run("curl", "-sS", secure.uri("/a")).exitCode())
          .as("curl's code for a certificate that is not trusted")
          .isEqualTo(60);
    }
  }

  private RawResponse get(String... headers) throws IOException {
    return RawResponse.to(server.uri("/disk.img"), "GET", headers);
  }

  private static String request() {
    return String.format(Locale.ROOT, "GET /disk.img HTTP/1.1\r\nHost: a\r\n\r\n");
  }
}
