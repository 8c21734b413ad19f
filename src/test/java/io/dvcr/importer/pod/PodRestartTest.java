package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.registry.CredentialStore;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container that ended early, and the next one of the same pod. */
@NullMarked
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class PodRestartTest {
  private static final int LENGTH = (48 << 20) + 77;
  private static final int CAME = 40 << 20;

  /** Linux's largest socket buffers by default (tcp_rmem, tcp_wmem) and ours. */
  private static final int IN_FLIGHT = 12 << 20;

  /** Promised to whoever sends SIGTERM. */
  private static final Duration TO_END = Duration.ofSeconds(5);

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  private FileServer files;
  private MemoryRegistry registry;
  private byte[] image;

  @BeforeEach
  void start() {
    files = FileServer.start();
    registry = MemoryRegistry.start();
    image = seed.bytes(LENGTH);
    image[0] = 0; // no magic by chance
    files.put("/disk.img", image);
  }

  @AfterEach
  void stop() {
    files.close();
    registry.close();
  }

  private PodRun pod() throws IOException {
    return new PodRun(folder, registry.authority()).http(files.uri("/disk.img"));
  }

  /** A container that gets some bytes, then none until its tries are used up. */
  private void firstContainer(PodRun pod) {
    files.faults().add(Fault.on("GET", "").afterResponseBytes(CAME).then(Effect.CUT));
    files.faults().add(Fault.on("GET", "").always().then(Effect.CUT));
    assertThat(pod.run()).as(pod.log()).isEqualTo(75);
    files.faults().clear();
  }

  private long fetched() {
    return files.requests().stream().mapToLong(Request::answeredBytes).sum();
  }

  private void assertPublished(byte[] expected) throws IOException {
    assertThat(PodRun.published(registry.authority(), CredentialStore.NONE)).isEqualTo(expected);
    assertNothingLeft();
  }

  private void assertNothingLeft() {
    assertThat(registry.openUploadSessions()).isZero();
    assertThat(folder.resolve("dvcr-importer.json")).doesNotExist();
  }

  @Test
  void nextContainer_goesOn() throws Exception {
    firstContainer(pod());
    assertThat(registry.openUploadSessions()).as("left for the next container").isOne();
    long before = fetched();

    PodRun next = pod();
    assertThat(next.run()).as(next.log()).isZero();

    assertPublished(image);
    assertThat(next.message().path("source-image-size").asLong()).isEqualTo(LENGTH);
    assertThat(fetched() - before).isLessThan(LENGTH - CAME + 2 * IN_FLIGHT);
    assertThat(next.log()).contains("an earlier container had come to byte");
  }

  /** Its source answers once and then no more: what it found is left to the one after it. */
  @Test
  void containerThatComesNoFurther_leavesTheUploadToTheNext() throws Exception {
    firstContainer(pod());
    files.faults().add(Fault.on("GET", "").nth(2).always().then(Effect.CUT));
    PodRun second = pod();
    assertThat(second.run()).as(second.log()).isEqualTo(75);
    files.faults().clear();
    assertThat(registry.openUploadSessions()).as("left for the next container").isOne();
    long before = fetched();

    PodRun third = pod();
    assertThat(third.run()).as(third.log()).isZero();

    assertPublished(image);
    assertThat(fetched() - before).isLessThan(LENGTH - CAME + 2 * IN_FLIGHT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5", "SHA-1", "SHA-256", "SHA-512"})
  void checksums_goOn(String algorithm) throws Exception {
    String right =
        algorithm.toLowerCase(Locale.ROOT).replace("-", "")
            + ":"
            + HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(image));
    firstContainer(pod().with("IMPORTER_CHECKSUMS", right));
    long before = fetched();

    PodRun next = pod().with("IMPORTER_CHECKSUMS", right);
    assertThat(next.run()).as(next.log()).isZero();

    assertPublished(image);
    assertThat(fetched() - before).isLessThan(LENGTH - CAME + 2 * IN_FLIGHT);
  }

  @Test
  void wrongChecksum_isFoundAfterARestart() throws Exception {
    String wrong = "md5:" + "0".repeat(32);
    firstContainer(pod().with("IMPORTER_CHECKSUMS", wrong));

    PodRun next = pod().with("IMPORTER_CHECKSUMS", wrong);
    assertThat(next.run()).isZero();

    assertThat(next.error()).contains("md5 sum mismatch");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
    assertNothingLeft();
  }

  /** Its state can't be kept: it begins anew, and leaves nothing behind. */
  @Test
  void streebog_beginsAnew() throws Exception {
    PodRun first = pod().with("IMPORTER_CHECKSUMS", "streebog256:" + "0".repeat(64));
    firstContainer(first);

    assertNothingLeft();
  }

  @Test
  void changedSource_isImportedAnew() throws Exception {
    firstContainer(pod());
    byte[] other = seed.bytes(LENGTH);
    other[0] = 0;
    files.put("/disk.img", other).header("ETag", "\"version-2\"");

    PodRun next = pod();
    assertThat(next.run()).as(next.log()).isZero();

    assertPublished(other);
  }

  @Test
  void sourceThatIsGone_leavesNothing() throws Exception {
    firstContainer(pod());

    PodRun next = pod().http(files.uri("/other.img"));
    assertThat(next.run()).isZero();

    assertThat(next.error()).contains("404");
    assertNothingLeft();
  }

  @Test
  void uploadThatTheRegistryForgot_isBegunAnew() throws Exception {
    firstContainer(pod());
    registry.close();
    registry = MemoryRegistry.start();

    PodRun next = pod();
    // The same pod's registry under another port: its environment says so, its state does not.
    assertThat(next.run()).as(next.log()).isZero();

    assertThat(PodRun.published(registry.authority(), CredentialStore.NONE)).isEqualTo(image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"importing\":1}", "[]", "\u0000"})
  void brokenState_isIgnored(String content) throws Exception {
    Files.writeString(folder.resolve("dvcr-importer.json"), content);

    PodRun pod = pod();
    assertThat(pod.run()).as(pod.log()).isZero();

    assertPublished(image);
  }

  @Test
  void stateThatCantBeWritten_isNoFailure() throws Exception {
    Files.createDirectories(folder.resolve("dvcr-importer.json/in the way"));

    PodRun pod = pod();
    assertThat(pod.run()).as(pod.log()).isZero();

    assertThat(PodRun.published(registry.authority(), CredentialStore.NONE)).isEqualTo(image);
    assertThat(pod.log()).containsOnlyOnce("begin anew");
  }

  @ParameterizedTest
  @ValueSource(strings = {"blockDevice", "filesystem"})
  void volume_isGoneOnWith(String source) throws Exception {
    PodRun first = new PodRun(folder, registry.authority()).with("IMPORTER_SOURCE", source);
    Files.write(first.paths.device(), image);
    Files.write(first.paths.volumeFile(), image);
    registry.faults().add(Fault.on("PATCH", "").afterRequestBytes(CAME).then(Effect.CUT));
    registry.faults().add(Fault.on("*", "uploads").nth(3).always().then(Effect.answer(503)));
    assertThat(first.run()).as(first.log()).isEqualTo(75);
    registry.faults().clear();

    PodRun next = new PodRun(folder, registry.authority()).with("IMPORTER_SOURCE", source);
    assertThat(next.run()).as(next.log()).isZero();

    assertPublished(image);
    assertThat(next.log()).contains("an earlier container had come to byte");
  }

  /** Killed while bytes move, as for a lack of memory: on distribution, again and again. */
  @Test
  void killedContainers_arriveTogether() throws Exception {
    image = seed.bytes(96 << 20);
    image[0] = 0;
    files.put("/disk.img", image);
    int kills = 3;
    long total = 0;
    try (RealRegistry real =
        RealRegistry.start(RealRegistry.Version.V3, Files.createDirectory(folder.resolve("r")))) {
      for (int i = 0; i < kills; i++) {
        total += runAndKill(real, 1 + seed.random().nextInt(40 << 20));
      }
      PodRun last = new PodRun(folder, real.authority()).http(files.uri("/disk.img"));
      files.faults().clear();

      assertThat(last.run()).as(last.log()).isZero();

      assertThat(PodRun.published(real.authority(), CredentialStore.NONE)).isEqualTo(image);
      assertThat(real.openUploadSessions()).isZero();
      assertThat(folder.resolve("dvcr-importer.json")).doesNotExist();
      assertThat(last.log()).contains("an earlier container had come to byte");
      assertThat(total).isPositive();
      long most = image.length + kills * ((32L << 20) + 2L * IN_FLIGHT);
      assertThat(fetched()).as("bytes from the source").isLessThan(most);
    }
  }

  /** Kills the container when the source sent so many bytes. Returns what it had sent by then. */
  private long runAndKill(RealRegistry real, long bytes) throws Exception {
    AtomicReference<@Nullable PodProcess> running = new AtomicReference<>();
    files.faults().clear();
    files
        .faults()
        .add(
            Fault.on("GET", "")
                .always()
                .afterResponseBytes(bytes)
                .then(exchange -> {
                  PodProcess process = running.get();
                  if (process != null) {
                    process.kill();
                  }
                  exchange.cut();
                }));
    long before = fetched();
    try (PodProcess process =
        PodProcess.start(new PodRun(folder, real.authority()).http(files.uri("/disk.img")))) {
      running.set(process);
      assertThat(process.exitCode()).as(process.log()).isEqualTo(137);
    }
    return fetched() - before;
  }

  /** Within the grace that a pod has; and the next one goes on. */
  @Test
  void terminatedContainer_saysSoAndLeavesItsUpload() throws Exception {
    AtomicReference<@Nullable PodProcess> running = new AtomicReference<>();
    files
        .faults()
        .add(
            Fault.on("GET", "")
                .afterResponseBytes(CAME)
                .then(exchange -> {
                  PodProcess process = running.get();
                  if (process != null) {
                    process.terminate();
                  }
                  exchange.stall();
                }));
    PodRun pod = pod();
    try (PodProcess process = PodProcess.start(pod)) {
      running.set(process);
      assertThat(process.exitCode()).as(process.log()).isEqualTo(143);
    }
    assertThat(pod.error()).contains("stopped");
    assertThat(folder.resolve("dvcr-importer.json")).exists();
    assertThat(registry.openUploadSessions()).isOne();
    long before = fetched();
    files.faults().clear();

    PodRun next = pod();
    assertThat(next.run()).as(next.log()).isZero();

    assertPublished(image);
    assertThat(fetched() - before).isLessThan(LENGTH - CAME + 2 * IN_FLIGHT);
  }

  /** A registry that takes a request and never answers. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "PUT", "HEAD"})
  void terminatedWhileTheRegistryStalls_endsInTime(String method) throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    registry
        .faults()
        .add(
            Fault.on(method, "")
                .always()
                .then(exchange -> {
                  stalled.countDown();
                  exchange.stall();
                }));
    files.put("/disk.img", Arrays.copyOf(image, 100_000));
    PodRun pod = pod();
    try (PodProcess process = PodProcess.start(pod)) {
      stalled.await();
      process.terminate();

      assertThat(process.exitCode(TO_END)).as(process.log()).isEqualTo(143);
    }
    assertThat(pod.error()).contains("stopped");
  }
}
