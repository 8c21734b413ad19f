package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.PodSandbox;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 1, 2 and 11.2: the process itself, as a node starts it. */
@NullMarked
class PodProcessTest extends SandboxTestBase {
  @Test
  @Row({
    "1 arguments",
    "1 logs",
    "1 termination message",
    "2 container security context",
    "2 read-only root",
    "2 ports",
    "3 tmp",
    "9 listen",
    "11.2 success"
  })
  void arguments_ofTheController_importAnImage() throws Exception {
    try (PodSandbox pod = sandbox();
        Nginx nginx = source(pod, FAST);
        RealRegistry registry = target(pod);
        PodSandbox.Running importer = importer(pod, "-v=3")) {
      assertThat(importer.exitCode()).as(importer.err() + nginx.log()).isZero();

      assertThat(message(pod).path("source-image-size").asInt()).isEqualTo(LENGTH);
      assertThat(message(pod).path("source-image-format").asText()).isEqualTo("raw");
      assertThat(importer.out()).isEmpty();
      assertThat(importer.err()).contains("importing http://", "done: raw");
      URI tag = registry.uri("/v2/" + PodRun.TARGET + "/manifests/uid");
      assertThat(curl(pod, "-f", "-o", "/dev/null", "-w", "%{http_code}", tag).out())
          .isEqualTo("200");
      assertThat(registry.openUploadSessions()).isZero();
    }
  }

  /** Nothing but {@code /tmp} is written, and nothing of an image is left there. */
  @Test
  @Row({"2 read-only root", "3 tmp", "2 page cache"})
  void root_isReadOnly_andTmpHoldsNoImage() throws Exception {
    try (PodSandbox pod = sandbox();
        Nginx nginx = source(pod, FAST);
        RealRegistry registry = target(pod);
        PodSandbox.Running importer = importer(pod, "-v=3");
        PodSandbox.Running writing = pod.run(List.of("touch", "/file"), Map.of())) {
      assertThat(importer.exitCode()).as(importer.err() + nginx.log()).isZero();

      assertThat(writing.exitCode()).isNotZero();
      assertThat(writing.err()).contains("Read-only file system");
      assertThat(registry.openUploadSessions()).isZero();
      try (Stream<Path> files = Files.walk(pod.tmp())) {
        assertThat(files.filter(file -> file.toFile().length() > (1 << 20))).isEmpty();
      }
    }
  }

  @Test
  @Row({"1 signals", "11.2 signal", "9 listen", "9 client", "1 order"})
  void signal_endsItWithinFiveSeconds_andLeavesNothing() throws Exception {
    try (PodSandbox pod = sandbox();
        Nginx nginx = source(pod, SLOW);
        RealRegistry registry = target(pod);
        PodSandbox.Running importer = importer(pod, "-v=3")) {
      String metrics = metricsOnceBytesMove(pod, importer);
      awaitSession(registry, importer);

      long asked = System.nanoTime();
      importer.terminate();
      int exitCode = importer.exitCode(Duration.ofSeconds(5));

      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
      assertThat(exitCode).as(importer.err() + nginx.log()).isEqualTo(143);
      assertThat(message(pod).path("error-message").asText()).contains("stopped");
      assertThat(registry.openUploadSessions()).as(registry.log()).isEqualTo(leftForTheNext(pod));
      assertThat(metrics).contains("registry_progress{ownerUID=\"" + PodRun.OWNER + "\"} ");
    }
  }

  /** An upload stays open only for the pod's next container, which is told of it. */
  private static int leftForTheNext(PodSandbox pod) throws IOException {
    Path state = pod.tmp().resolve(PodPaths.OF_PODS.state().getFileName());
    return Files.exists(state) && Files.readString(state).contains("\"checkpoint\":{") ? 1 : 0;
  }

  private static String metricsOnceBytesMove(PodSandbox pod, PodSandbox.Running importer)
      throws IOException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (true) {
      Tools.Result scraped = curl(pod, "-k", "--http1.1", "https://127.0.0.1:8443/metrics");
      if (scraped.exitCode() == 0 && !scraped.out().contains("dvcr_received_bytes 0\n")) {
        return scraped.out();
      }
      assertThat(importer.isAlive()).as(importer.err()).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  private static void awaitSession(RealRegistry registry, PodSandbox.Running importer)
      throws IOException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (registry.openUploadSessions() == 0) {
      assertThat(importer.isAlive()).as(importer.err()).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-nonsense", "--vv=3"})
  @Row({"1 arguments", "11.2 bad flag"})
  void unknownFlag_endsItWith2(String flag) throws Exception {
    try (PodSandbox pod = sandbox();
        PodSandbox.Running importer = importer(pod, flag)) {
      assertThat(importer.exitCode()).isEqualTo(2);
      assertThat(importer.err()).contains("there is no flag -");
      assertThat(importer.out()).isEmpty();
    }
  }

  @Test
  @Row("1 entry")
  void word_thatIsNoFlag_endsItWith2() throws Exception {
    try (PodSandbox pod = sandbox();
        PodSandbox.Running importer = importer(pod, "-v=3", "import")) {
      assertThat(importer.exitCode()).isEqualTo(2);
      assertThat(importer.err()).contains("unexpected argument \"import\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-v=3",
        "--v=3",
        "-v 3",
        "--v 3",
        "-logtostderr -alsologtostderr=false --stderrthreshold=2",
        "-log_file /tmp/x -vmodule=a=2 -add_dir_header -skip_headers -one_output",
        "-log_dir= -log_file_max_size=1800 -log_backtrace_at=a.go:1 -skip_log_headers",
      })
  @Row("1 arguments")
  void flagsOfKlog_areTaken_howeverTheyAreSpelled(String arguments) {
    assertThat(KlogFlags.problems(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
        .isEmpty();
  }

  /** A wrong configuration is no reason to be started again: 0, and a message. */
  @Test
  @Row({"1 order", "4 mistakes", "11.2 permanent"})
  void nothingThatIsSet_isToldByTheMessage() throws Exception {
    environment.clear();
    try (PodSandbox pod = sandbox();
        PodSandbox.Running importer = importer(pod, "-v=3")) {
      assertThat(importer.exitCode()).as(importer.err()).isZero();

      assertThat(message(pod).path("error-message").asText())
          .contains("IMPORTER_SOURCE is not set", "IMPORTER_DESTINATION_ENDPOINT is not set");
    }
  }

  /** Where the pods' paths are fixed: a volume as a node attaches it. */
  @Test
  @Row({"3 volume (file system)", "5.5 file", "5.5 unmodified"})
  void volume_isFoundWhereItIsMounted() throws Exception {
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Files.copy(served.resolve("disk.img"), volume.resolve("disk.img"));
    spec = spec.with(Path.of("/tmp/fs"), volume);
    environment.put("IMPORTER_SOURCE", "filesystem");
    try (PodSandbox pod = sandbox();
        RealRegistry registry = target(pod);
        PodSandbox.Running importer = importer(pod, "-v=3")) {
      assertThat(importer.exitCode()).as(importer.err() + registry.log()).isZero();

      assertThat(message(pod).path("source-image-size").asInt())
          .as(importer.err())
          .isEqualTo(LENGTH);
      assertThat(volume.resolve("disk.img")).hasSameBinaryContentAs(served.resolve("disk.img"));
    }
  }

  @Test
  @Row({"3 volume (block)", "5.4 device"})
  void device_isFoundWhereItIsAttached() throws Exception {
    spec = spec.with(Path.of("/dev/xvda"), served.resolve("disk.img"));
    environment.put("IMPORTER_SOURCE", "blockDevice");
    try (PodSandbox pod = sandbox();
        RealRegistry registry = target(pod);
        PodSandbox.Running importer = importer(pod, "-v=3")) {
      assertThat(importer.exitCode()).as(importer.err() + registry.log()).isZero();

      assertThat(message(pod).path("source-image-size").asInt())
          .as(importer.err())
          .isEqualTo(LENGTH);
    }
  }
}
