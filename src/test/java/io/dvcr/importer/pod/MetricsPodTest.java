package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.InsecureTls;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 9: how far an import is, as the controller asks for it. */
@NullMarked
class MetricsPodTest extends PodTestBase {
  /** The controller gives up on a request after 1.5 seconds. */
  private static final int TIMEOUT_MILLIS = 1500;

  private final CountDownLatch half = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    goOn.countDown();
  }

  /** An import that waits in its middle for the test. */
  private CompletableFuture<Integer> halfway() throws IOException {
    return halfway(exchange -> {});
  }

  private CompletableFuture<Integer> halfway(Effect then) throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    files
        .faults()
        .add(
            Fault.on("GET", "/disk")
                .afterResponseBytes(image.length / 2)
                .then(exchange -> {
                  half.countDown();
                  await(goOn);
                  then.happen(exchange);
                }));
    CompletableFuture<Integer> running = CompletableFuture.supplyAsync(pod::run);
    await(half);
    return running;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SSLSocket connect() throws IOException {
    SSLSocket socket = InsecureTls.connect("127.0.0.1", pod.paths.metrics().getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** HTTP/1.1 on a connection of its own, without an Accept field. */
  private String scrape(String path) throws IOException {
    try (SSLSocket socket = connect()) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (answer.isEmpty()) {
        throw new EOFException("it ended before it answered");
      }
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  /** With the controller's own expression, over the whole body. */
  private static double value(String body, String name) {
    Matcher found =
        Pattern.compile(name + "\\{ownerUID\\=\"" + PodRun.OWNER + "\"\\} ([0-9e\\+\\-\\.]+)")
            .matcher(body);
    assertThat(found.find()).as(body).isTrue();
    assertThat(body.substring(found.end())).as("the whole number").startsWith("\n");
    return Double.parseDouble(found.group(1));
  }

  private static final String PROGRESS = "(?:registry_progress|kubevirt_cdi_import_progress_total)";

  @Test
  @Row({
    "9 listen",
    "9 client",
    "9 registry_progress",
    "9 registry_average_speed",
    "9 registry_current_speed",
    "9 what the controller matches",
    "9 first tick",
    "4 OWNER_UID"
  })
  void series_areMatchedByTheController_whileItRuns() throws Exception {
    CompletableFuture<Integer> running = halfway();

    String body = scrape("/metrics");

    assertThat(value(body, PROGRESS)).isBetween(0.0, 99.9);
    assertThat(value(body, "registry_average_speed")).isNotNegative();
    assertThat(value(body, "registry_current_speed")).isNotNegative();
    goOn.countDown();
    assertThat(running.get()).as(pod.log()).isZero();
  }

  @Test
  @Row({
    "9 format",
    "9 labels and numbers",
    "9 registry_progress",
    "9 registry_average_speed",
    "9 registry_current_speed"
  })
  void text_isPrometheus_andNothingIsAmbiguous() throws Exception {
    CompletableFuture<Integer> running = halfway();

    String body = scrape("/metrics");

    assertThat(body)
        .contains(
            """
            # HELP registry_progress The registry import progress in percentage
            # TYPE registry_progress gauge
            """,
            """
            # HELP registry_average_speed The average registry import speed in bytes/sec
            # TYPE registry_average_speed gauge
            """,
            """
            # HELP registry_current_speed The current registry import speed in bytes/sec
            # TYPE registry_current_speed gauge
            """)
        .doesNotContain("# EOF", "NaN", "Inf");
    List<String> samples = body.lines().filter(line -> !line.startsWith("#")).toList();
    String label = "{ownerUID=\"" + PodRun.OWNER + "\"} ";
    assertThat(samples).filteredOn(line -> line.startsWith("registry_")).hasSize(3);
    assertThat(samples)
        .filteredOn(line -> line.contains("ownerUID"))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains(label));
    assertThat(samples)
        .allMatch(line -> line.matches("[a-z_]+(\\{[A-Za-z]+=\"[^\"]*\"\\})? [0-9e+.-]+"));
    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  /** From the first moment on, whatever the import does then, and never back. */
  @Test
  @Row({"9 first tick", "9 monotonic", "1 order"})
  void progress_neverGoesBack_alsoAcrossACut() throws Exception {
    CompletableFuture<Integer> running = halfway(Effect.RESET);
    List<Double> seen = new ArrayList<>();
    seen.add(value(scrape("/metrics"), PROGRESS));
    goOn.countDown();
    while (!running.isDone()) {
      try {
        seen.add(value(scrape("/metrics"), PROGRESS));
      } catch (IOException e) {
        // It has ended just now.
      }
    }

    assertThat(running.get()).isZero();
    assertThat(seen).isSorted().allMatch(percent -> percent >= 0 && percent <= 100);
  }

  @Test
  @Row("5.3 metrics")
  void progress_isThereForACopy() throws Exception {
    serve("/disk.img", raw());
    runWell();
    registry
        .faults()
        .add(
            Fault.on("PUT", "cvi/copy/manifests/")
                .then(exchange -> {
                  half.countDown();
                  await(goOn);
                }));
    pod.with("IMPORTER_SOURCE", "dvcr")
        .with("IMPORTER_ENDPOINT", registry.authority() + "/" + PodRun.TARGET + ":uid")
        .with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/copy:uid");
    CompletableFuture<Integer> running = CompletableFuture.supplyAsync(pod::run);
    await(half);

    String body = scrape("/metrics");

    assertThat(value(body, PROGRESS)).isBetween(0.0, 99.9);
    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics", "/metrics/", "/any/path?query"})
  @Row("9 URL")
  void url_mayHaveAnyPath(String path) throws Exception {
    CompletableFuture<Integer> running = halfway();

    assertThat(scrape(path)).contains("registry_progress{");

    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  @Test
  @Row("ours health")
  void health_isUnderItsOwnPath() throws Exception {
    CompletableFuture<Integer> running = halfway();

    assertThat(scrape("/healthz")).isEqualTo("ok\n");

    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  @Test
  @Row("9 certificate")
  void certificate_isItsOwn() throws Exception {
    CompletableFuture<Integer> running = halfway();
    try (SSLSocket socket = connect()) {
      socket.startHandshake();

      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];

      assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=cloner_target");
      shown.checkValidity();
    }
    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  /** Ten seconds, and a moment for the server's own clock. */
  @Test
  @Row("9 header timeout")
  void headOfARequest_thatNeverEnds_isNotWaitedForLong() throws Exception {
    CompletableFuture<Integer> running = halfway();
    try (SSLSocket socket = connect()) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();

      assertThat(endOf(in)).isEqualTo(-1);
    }
    goOn.countDown();
    assertThat(running.get()).isZero();
  }

  private static int endOf(InputStream in) throws IOException {
    try {
      return in.read();
    } catch (SocketException | javax.net.ssl.SSLException e) {
      return -1; // cut
    }
  }

  @Test
  @Row("9 failure to bind")
  void portThatIsTaken_costsTheMetricsAlone() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(pod.paths.metrics());

      runWell();
    }
    assertThat(pod.log()).contains("progress is not served");
    assertThat(published()).isEqualTo(image);
  }

  /** On all addresses of the pod; tests never serve on those of their machine. */
  @Test
  @Row({"9 listen", "2 ports"})
  void listen_isOnAllAddresses() {
    assertThat(PodPaths.OF_PODS.metrics()).isEqualTo(new InetSocketAddress(8443));
    assertThat(PodPaths.OF_PODS.metrics().getAddress().isAnyLocalAddress()).isTrue();
  }
}
