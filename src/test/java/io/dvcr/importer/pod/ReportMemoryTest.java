package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.registry.RetryPolicy;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.KubernetesApi;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What reporting costs a pod's process: it is small beside the 128 MiB that a pod may have. */
@NullMarked
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReportMemoryTest {
  private static final int LENGTH = 32 << 20;

  /** One run differs from the next by up to 14 MiB: the least of some is told. */
  private static final int RUNS = 3;

  /** So that every class is loaded and a connection is used again. */
  private static final int WRITES = 3;

  /** Less than a Kubernetes client takes (docs/decisions/0008). */
  private static final long MOST_KIB = 24 << 10;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;

  /** A pod in a process of its own, with the launcher's heap. */
  static final class Pod {
    private Pod() {}

    /** Runs it by its environment; the first argument is its folder, the second its port. */
    public static void main(String[] arguments) throws IOException {
      Path home = Path.of(arguments[0]);
      PodPaths paths =
          new PodPaths(
              home.resolve("termination-log"),
              home.resolve("xvda"),
              home.resolve("disk.img"),
              home.resolve("extraheaders"),
              home.resolve("proxycerts"),
              home.resolve("dvcr-importer.json"),
              home.resolve("serviceaccount"),
              new InetSocketAddress(
                  InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[1])));
      PodLog log = new PodLog(System.err, Clock.systemUTC(), false);
      int exitCode = new ImporterPod(System.getenv(), paths, log, RetryPolicy.ofPods()).run();
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          System.out.println(exitCode + " " + line.replaceAll("\\D", ""));
        }
      }
    }
  }

  @Test
  void reporting_costsLittleMemory() throws Exception {
    KubernetesApi api = KubernetesApi.shared();
    ReportedImage image = ReportedImage.namespaced(api);
    image.allow();
    image.mount(folder.resolve("serviceaccount"));
    try (FileServer files = FileServer.start();
        ApiFront front = new ApiFront(api);
        MemoryRegistry registry = MemoryRegistry.start()) {
      byte[] disk = seed.bytes(LENGTH);
      disk[0] = 0; // no magic by chance
      files.put("/disk.img", disk);
      Map<String, String> silent = environment(files, registry);
      Map<String, String> reporting = new HashMap<>(silent);
      URI root = front.root();
      reporting.putAll(
          Map.of(
              "REPORT_RESOURCE", image.reference(),
              "REPORT_UID", image.uid(),
              "KUBERNETES_SERVICE_HOST", root.getHost(),
              "KUBERNETES_SERVICE_PORT", Integer.toString(root.getPort())));

      long without = Long.MAX_VALUE;
      long with = Long.MAX_VALUE;
      for (int i = 1; i <= RUNS; i++) {
        without = Math.min(without, peakKib(files, silent, 0, front));
        with = Math.min(with, peakKib(files, reporting, i * WRITES, front));
      }

      System.out.printf("least peak RSS: %d KiB, reporting %d KiB%n", without, with);
      assertThat(image.status()).containsEntry("progress", "99.9%");
      assertThat(with - without).isLessThan(MOST_KIB);
    }
  }

  private static Map<String, String> environment(FileServer files, MemoryRegistry registry) {
    return Map.of(
        "IMPORTER_SOURCE", "http",
        "IMPORTER_ENDPOINT", files.uri("/disk.img").toString(),
        "IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/" + PodRun.TARGET + ":uid",
        "DESTINATION_INSECURE_TLS", "true",
        "IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8");
  }

  /** Runs a pod whose source waits in its middle for that many writes to the resource. */
  private long peakKib(
      FileServer files, Map<String, String> environment, int writes, ApiFront front)
      throws IOException {
    files
        .faults()
        .add(
            Fault.on("GET", "/disk")
                .afterResponseBytes(LENGTH / 2)
                .then(exchange -> awaitWrites(front, writes)));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    List<Object> command = new ArrayList<>();
    environment.forEach((key, value) -> command.add(key + "=" + value));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            "-XX:+UseSerialGC",
            "-Xmx48m",
            "-Xmn16m",
            "-XX:MaxDirectMemorySize=32m",
            "-Dio.netty.allocator.type=pooled",
            "-Dio.netty.allocator.numDirectArenas=2",
            "-Dio.netty.allocator.numHeapArenas=1",
            "-cp",
            System.getProperty("java.class.path"),
            Pod.class.getName(),
            folder,
            Integer.toString(port)));
    Tools.Result result = Tools.runIn(folder, Duration.ofMinutes(1), "env", command.toArray());
    assertThat(result.out()).as(result.err()).startsWith("0 ");
    return Long.parseLong(result.out().strip().substring(2));
  }

  private static void awaitWrites(ApiFront front, int writes) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (front.arrivals("\"progress\"").size() < writes) {
        assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
