package io.dvcr.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a client does, the next one is served. */
@NullMarked
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class BadClientTest {
  @RegisterExtension final Seed seed = new Seed();
  private MemoryRegistry registry;
  private UploadBench bench;
  private byte[] disk;

  @BeforeEach
  void start() throws IOException {
    registry = MemoryRegistry.start();
    bench = new UploadBench(registry.authority());
    disk = seed.bytes(300_000);
    disk[0] = 0; // no magic by chance
  }

  /** The place is free again, and nothing is left at the registry. */
  @AfterEach
  void nextUploadIsTaken() throws Exception {
    String status = "";
    while (!status.startsWith("HTTP/1.1 2")) {
      try (RawClient client = client()) {
        client.send(head(disk.length)).send(disk);
        status = client.statusLine();
      }
      assertThat(status).containsAnyOf("200", "503");
    }
    assertThat(bench.stored()).isEqualTo(disk);
    bench.close();
    assertThat(registry.openUploadSessions()).isZero();
    registry.close();
  }

  private static String head(long length) {
    return "PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
  }

  /** With the line ends of HTTP. */
  private static String lines(String text) {
    return text.replace("\n", "\r\n");
  }

  private RawClient client() throws IOException {
    return new RawClient(bench.uri());
  }

  private String answerTo(String request) throws IOException {
    try (RawClient client = client()) {
      return client.send(request).statusLine();
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void noHttp_isRefused() throws Exception {
    assertThat(answerTo("hello there\r\n\r\n")).containsAnyOf("400");
  }

  @Test
  void lengthAndChunks_areNotBothBelieved() throws Exception {
    assertThat(
            answerTo(
                lines(
                    """
                    PUT /upload HTTP/1.1
                    Host: h
                    Content-Length: 5
                    Transfer-Encoding: chunked

                    0

                    GET /upload HTTP/1.1

                    """)))
        .contains("400");
  }

  @Test
  void twoLengths_areRefused() throws Exception {
    assertThat(
            answerTo(
                lines(
                    """
                    PUT /upload HTTP/1.1
                    Host: h
                    Content-Length: 5
                    Content-Length: 6

                    hello!\
                    """)))
        .contains("400");
  }

  @Test
  void negativeLength_isRefused() throws Exception {
    assertThat(answerTo(head(-1))).contains("400");
  }

  @Test
  void unreadableLength_isRefused() throws Exception {
    assertThat(answerTo("PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1e3\r\n\r\n"))
        .contains("400");
  }

  @Test
  void emptyFile_isRefused() throws Exception {
    assertThat(answerTo(head(0))).contains("400");
  }

  @Test
  void hugeHead_isRefused() throws Exception {
    assertThat(answerTo("GET /upload HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
        .contains("431");
  }

  @Test
  void longLine_isRefused() throws Exception {
    assertThat(answerTo("GET /upload?" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
        .contains("414");
  }

  @Test
  void cutInTheHead_isNothing() throws Exception {
    try (RawClient client = client()) {
      client.send("PUT /upload HTTP/1.1\r\nHo");
    }
  }

  @Test
  void cutInTheBody_freesThePlace() throws Exception {
    try (RawClient client = client()) {
      client.send(head(disk.length)).send(new byte[1000]);
    }
  }

  @Test
  void resetInTheBody_freesThePlace() throws Exception {
    try (RawClient client = client()) {
      client.send(head(disk.length)).send(new byte[1000]).reset();
    }
  }

  @Test
  void halfClosedInTheBody_isAnsweredOrEnded() throws Exception {
    try (RawClient client = client()) {
      client.send(head(disk.length)).send(new byte[1000]).endOutput();
      assertThat(client.statusLine()).doesNotContain("200");
    }
  }

  @Test
  void nothingComes_endsAfterTheIdleLimit() throws Exception {
    try (RawClient client = client()) {
      client.send(head(disk.length)).send(new byte[1000]);
      assertThat(client.statusLine()).doesNotContain("200");
    }
  }

  @Test
  void secondHeadThatDrips_isEnded() throws Exception {
    try (RawClient client = client()) {
      client.send("GET /upload HTTP/1.1\r\nHost: h\r\n\r\n").send("GET /upload HTTP/1.1\r\n");
      assertThat(client.rest()).containsOnlyOnce("HTTP/1.1 200");
    }
  }

  @Test
  void secondRequestBehindAnUpload_isAnswered() throws Exception {
    try (RawClient client = client()) {
      client
          .send(head(disk.length))
          .send(disk)
          .send("GET /upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(client.rest()).containsSubsequence("HTTP/1.1 200", "stored as", "HTTP/1.1 200");
    }
  }

  @Test
  void brokenChunk_isRefused() throws Exception {
    try (RawClient client = client()) {
      client.send(
          lines(
              """
              PUT /upload HTTP/1.1
              Host: h
              Transfer-Encoding: chunked

              5
              hello
              zz
              """));
      assertThat(client.statusLine()).doesNotContain("200");
    }
  }

  @Test
  void otherPaths_areNothing() throws Exception {
    assertThat(answerTo("GET /upload/ HTTP/1.1\r\nHost: h\r\n\r\n")).contains("404");
    assertThat(answerTo("GET /upload/../upload HTTP/1.1\r\nHost: h\r\n\r\n")).contains("404");
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: h\r\n\r\n")).contains("404");
  }
}
