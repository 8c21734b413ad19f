package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.KubernetesApi;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an importer pod writes into its resource, at a real API with real rights. */
@NullMarked
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class ReportTest {
  private static final int LENGTH = 4 << 20;

  private static final long A_SECOND = Duration.ofSeconds(1).toNanos();

  /** What the end of an import may wait, and as much again for a busy machine. */
  private static final Duration LONGEST_END = Duration.ofSeconds(3);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  private final CountDownLatch goOn = new CountDownLatch(1);
  private FileServer files;
  private MemoryRegistry registry;
  private KubernetesApi api;
  private ApiFront front;
  private ReportedImage image;
  private PodRun pod;
  private String token;

  @BeforeEach
  void start() throws IOException {
    api = KubernetesApi.shared();
    front = new ApiFront(api);
    files = FileServer.start();
    registry = MemoryRegistry.start();
    image = ReportedImage.namespaced(api);
    pod = podOf(image);
    files.put("/disk.img", disk());
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    files.close();
    registry.close();
    front.close();
  }

  private byte[] disk() {
    byte[] disk = seed.bytes(LENGTH);
    disk[0] = 0; // no magic by chance
    return disk;
  }

  private PodRun podOf(ReportedImage reported) throws IOException {
    PodRun run = new PodRun(Files.createTempDirectory(folder, "pod"), registry.authority());
    token = reported.mount(run.paths.serviceAccount());
    return reportingTo(front.root(), run)
        .with("REPORT_RESOURCE", reported.reference())
        .with("REPORT_UID", reported.uid())
        .http(files.uri("/disk.img"));
  }

  private static PodRun reportingTo(URI server, PodRun run) {
    return run.with("KUBERNETES_SERVICE_HOST", server.getHost())
        .with("KUBERNETES_SERVICE_PORT", server.getPort());
  }

  /** The pod at work; its source waits in the middle until {@link #goOn}. */
  private CompletableFuture<Integer> runToTheMiddle() {
    files
        .faults()
        .add(Fault.on("GET", "/disk").afterResponseBytes(LENGTH / 2).then(exchange -> await(goOn)));
    // Not on the common pool, whose threads the client of the API needs.
    return CompletableFuture.supplyAsync(pod::run, Thread::startVirtualThread);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitTrue(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private static double progress(Map<String, Object> status) {
    return StatusReport.percent(String.valueOf(status.get("progress")));
  }

  private void assertImported(int exitCode) throws IOException {
    assertThat(exitCode).as(pod.log()).isZero();
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isPresent();
    assertThat(pod.message().has("error-message")).isFalse();
    assertThat(pod.log()).doesNotContain(token);
  }

  private static void assertControllersFieldsIn(Map<String, Object> status) {
    assertThat(status).containsAllEntriesOf(ReportedImage.CONTROLLERS);
  }

  private List<String> logged(String part) {
    return pod.log().lines().filter(line -> line.contains(part)).toList();
  }

  @Test
  void download_isReportedWhileItRunsAndAtItsEnd() throws Exception {
    image.allow();
    CompletableFuture<Integer> running = runToTheMiddle();

    Map<String, Object> middle = image.awaitStatus(status -> progress(status) > 0);

    assertThat(middle.get("progress")).asString().matches("\\d{1,2}\\.\\d%");
    assertThat(middle.get("downloadSpeed"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsOnlyKeys("avg", "avgBytes", "current", "currentBytes")
        .hasEntrySatisfying("avg", text -> assertThat(text).asString().endsWith("/s"))
        .hasEntrySatisfying("avgBytes", text -> assertThat(text).asString().matches("[1-9]\\d*"));
    assertControllersFieldsIn(middle);
    goOn.countDown();
    assertImported(running.get());
    Map<String, Object> end = image.status();
    assertThat(end).containsEntry("progress", "99.9%").containsKey("downloadSpeed");
    assertThat(end.get("downloadSpeed"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsOnlyKeys("avg", "avgBytes");
    assertControllersFieldsIn(end);
    assertThat(image.now().getMetadata().getManagedFields())
        .anySatisfy(entry -> {
          assertThat(entry.getManager()).isEqualTo(ResourceStatus.FIELD_MANAGER);
          assertThat(entry.getSubresource()).isEqualTo("status");
          assertThat(entry.getOperation()).isEqualTo("Apply");
        });
  }

  @Test
  void resource_isWrittenOnceASecondAtMost() throws Exception {
    image.allow();
    CompletableFuture<Integer> running = runToTheMiddle();
    // Speeds go on changing, so that there is something to tell each second.
    awaitTrue(() -> front.arrivals("\"progress\"").size() >= 3);
    goOn.countDown();

    assertImported(running.get());

    List<Long> writes = front.arrivals("\"progress\"");
    assertThat(writes).hasSizeGreaterThan(2);
    for (int i = 1; i < writes.size(); i++) {
      assertThat(writes.get(i) - writes.get(i - 1)).isGreaterThan(A_SECOND);
    }
    assertThat(front.bodies().getLast()).contains("\"99.9%\"");
  }

  /** A small import is over before the first sample of its progress is taken. */
  @Test
  void shortImport_isReportedBeforeItsProcessEnds() throws IOException {
    image.allow();

    assertImported(pod.run());

    assertThat(image.status()).containsEntry("progress", "99.9%");
  }

  @Test
  void clusterImageOfAVolume_hasNoSpeed() throws IOException {
    image = ReportedImage.ofTheCluster(api);
    image.allow();
    pod = podOf(image);
    Files.write(pod.paths.device(), disk());

    assertImported(pod.with("IMPORTER_SOURCE", "blockDevice").run());

    assertThat(image.status())
        .containsEntry("progress", "99.9%")
        .doesNotContainKey("downloadSpeed");
  }

  /** As after a restart of the container: the import begins again, the progress does not. */
  @Test
  void progressThatWasToldBefore_isNotUndercut() throws Exception {
    image.allow();
    image.preset("66.4%");
    CompletableFuture<Integer> running = runToTheMiddle();

    image.awaitStatus(status -> status.containsKey("downloadSpeed"));
    assertThat(image.status()).containsEntry("progress", "66.4%");

    goOn.countDown();
    assertImported(running.get());
    assertThat(front.bodies().stream().filter(body -> body.contains("\"progress\"")))
        .isNotEmpty()
        .allMatch(body -> body.contains("\"66.4%\"") || body.contains("\"99.9%\""));
    assertThat(image.status()).containsEntry("progress", "99.9%");
  }

  @Test
  void imageThatIsComplete_isLeftAlone() throws IOException {
    image.allow();
    image.preset("100%");

    assertImported(pod.run());

    assertThat(image.status()).containsEntry("progress", "100%");
    assertThat(logged("is complete")).hasSize(1);
  }

  @Test
  void missingRight_costsOneLineUntilItIsThere() throws Exception {
    CompletableFuture<Integer> running = runToTheMiddle();
    awaitTrue(() -> front.arrivals("").size() >= 2); // refused, and refused again

    image.allow();

    image.awaitStatus(status -> progress(status) > 0);
    goOn.countDown();
    assertImported(running.get());
    assertThat(logged("is not reported")).singleElement().asString().contains("403");
    assertThat(logged("is reported to " + image.reference() + " again")).hasSize(1);
  }

  @Test
  void missingRight_doesNotFailTheImport() throws IOException {
    assertImported(pod.run());

    assertThat(image.status()).doesNotContainKey("progress");
    assertThat(logged("is not reported")).hasSize(1);
  }

  @Test
  void serverThatIsNotThere_costsOneLine() throws IOException {
    URI closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      closed = URI.create("https://127.0.0.1:" + socket.getLocalPort());
    }

    assertImported(reportingTo(closed, pod).run());

    assertThat(logged("is not reported")).singleElement().asString().contains("refused");
  }

  @Test
  void accountThatIsNotMounted_costsOneLine() throws IOException {
    Files.delete(pod.paths.serviceAccount().resolve("token"));

    assertImported(pod.run());

    assertThat(logged("is not reported")).hasSize(1);
  }

  @Test
  void serverThatHangs_holdsTheEndUpShortly() throws IOException {
    AtomicLong published = new AtomicLong();
    registry
        .faults()
        .add(Fault.on("PUT", "/manifests/").then(exchange -> published.set(System.nanoTime())));
    front.hang();

    int exitCode = pod.run();

    Duration end = Duration.ofNanos(System.nanoTime() - published.get());
    assertImported(exitCode);
    assertThat(front.arrivals("")).isNotEmpty();
    assertThat(end).isLessThan(LONGEST_END);
    assertThat(published).hasPositiveValue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void imageThatIsAnotherOneOrGone_isNotWritten(boolean another) throws Exception {
    image.allow();
    CompletableFuture<Integer> running = runToTheMiddle();
    image.awaitStatus(status -> progress(status) > 0);

    if (another) {
      image.deleteAndCreateAgain();
    } else {
      image.delete();
    }

    awaitTrue(() -> !logged("any more").isEmpty());
    goOn.countDown();
    assertImported(running.get());
    assertThat(logged("any more"))
        .singleElement()
        .asString()
        .contains(another ? "another UID" : "is not there");
    if (another) {
      assertThat(image.status()).isEqualTo(ReportedImage.CONTROLLERS);
    }
  }

  /** A pod does not undo what its controller writes meanwhile, and goes on after it. */
  @Test
  void changeByTheController_stays() throws Exception {
    image.allow();
    CompletableFuture<Integer> running = runToTheMiddle();
    image.awaitStatus(status -> progress(status) > 0);

    image.changePhase("Terminating");

    goOn.countDown();
    assertImported(running.get());
    assertThat(image.status())
        .containsEntry("phase", "Terminating")
        .containsEntry("progress", "99.9%");
    assertThat(pod.log()).doesNotContain("not reported");
  }

  @Test
  void tokenThatIsReplaced_isReadAgain() throws Exception {
    image.allow();
    CompletableFuture<Integer> running = runToTheMiddle();
    image.awaitStatus(status -> progress(status) > 0);

    String second = image.rotate(pod.paths.serviceAccount());

    goOn.countDown();
    assertImported(running.get());
    assertThat(front.requests()).extracting(ReportTest::bearer).startsWith(token).endsWith(second);
    assertThat(pod.log()).doesNotContain(second);
  }

  private static String bearer(Request request) {
    return request.header("Authorization").orElse("").replace("Bearer ", "");
  }

  @Test
  void podThatIsNotToldTo_asksNothing() throws IOException {
    image.allow();
    pod.environment.remove("REPORT_RESOURCE");
    pod.environment.remove("REPORT_UID");

    assertImported(pod.run());

    assertThat(front.requests()).isEmpty();
  }

  @Test
  void wrongResource_isToldWithAllOtherMistakes() throws IOException {
    pod.with("REPORT_RESOURCE", "pods/a/b").with("REPORT_UID", "").with("IMPORTER_SOURCE", "ftp");

    assertThat(pod.run()).isZero();

    assertThat(pod.error()).contains("REPORT_RESOURCE", "REPORT_UID", "unknown source type");
    assertThat(front.requests()).isEmpty();
  }
}
