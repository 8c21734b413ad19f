package io.dvcr.uploader.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.cli.DvcrProcess;
import io.dvcr.testbed.PodSandbox;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An uploader's process as a node starts it, with a registry in its network. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class UploaderPodTest {
  private static final String URL = "http://127.0.0.1:8444/upload";
  private static final int LENGTH = 8 << 20;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private PodSandbox pod;
  private RealRegistry registry;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    byte[] disk = seed.bytes(LENGTH);
    disk[0] = 0; // no magic by chance
    file = Files.write(folder.resolve("disk.img"), disk);
    pod =
        PodSandbox.start(
            Files.createDirectory(folder.resolve("pod")), PodSandbox.Spec.of(DvcrProcess.files()));
    registry =
        RealRegistry.startIn(
            pod, RealRegistry.Version.V3, Files.createDirectory(folder.resolve("registry")));
    environment.put("OWNER_UID", "11111111-2222-3333-4444-555555555555");
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("UPLOADER_DESTINATION_ENDPOINT", registry.authority() + "/vi/ns/disk:uid");
  }

  @AfterEach
  void end() {
    registry.close();
    pod.close();
  }

  private PodSandbox.Running uploader(String... arguments) throws InterruptedException {
    PodSandbox.Running running = start(arguments);
    Tools.Result health =
        curl(
            "--retry",
            60,
            "--retry-connrefused",
            "--retry-delay",
            0,
            "http://127.0.0.1:8080/healthz");
    assertThat(health.out()).isEqualTo("OK200");
    return running;
  }

  private PodSandbox.Running start(String... arguments) {
    List<String> command = new ArrayList<>(DvcrProcess.command());
    command.add("uploader");
    command.addAll(List.of(arguments));
    return pod.run(command, environment);
  }

  private Tools.Result curl(Object... arguments) {
    List<Object> all = new ArrayList<>(pod.inNetwork().subList(1, pod.inNetwork().size()));
    all.addAll(List.of("curl", "-sS", "-w", "%{http_code}"));
    all.addAll(List.of(arguments));
    return Tools.run("nsenter", all.toArray());
  }

  private JsonNode message() throws IOException {
    return new ObjectMapper().readTree(pod.terminationMessage());
  }

  @Test
  void upload_endsTheProcessWell() throws Exception {
    try (PodSandbox.Running running = uploader("-v=3")) {
      Tools.Result upload = curl("-T", file, URL);

      assertThat(upload.out()).endsWith("200").contains("raw, virtual size 8388608");
      assertThat(running.exitCode()).as(running.err()).isZero();
    }
    assertThat(message().path("source-image-size").asLong()).isEqualTo(LENGTH);
    assertThat(message().path("source-image-format").asText()).isEqualTo("raw");
    assertThat(curl("http://" + registry.authority() + "/v2/vi/ns/disk/tags/list").out())
        .contains("\"uid\"");
  }

  @Test
  void wrongChecksum_isAVerdict() throws Exception {
    environment.put("UPLOADER_CHECKSUMS", "md5:00000000000000000000000000000000");
    try (PodSandbox.Running running = uploader()) {
      Tools.Result upload = curl("-T", file, URL);

      assertThat(upload.out()).endsWith("422").contains("md5");
      assertThat(running.exitCode()).as(running.err()).isZero();
    }
    assertThat(message().path("error-message").asText()).contains("md5");
  }

  @Test
  void registryIsDown_nextUploadIsAccepted() throws Exception {
    registry.close();
    environment.put("UPLOADER_DESTINATION_ENDPOINT", "127.0.0.1:1/vi/ns/disk:uid");
    try (PodSandbox.Running running = uploader()) {
      assertThat(curl("-m", 3, "-T", file, URL).exitCode()).isEqualTo(28);
      assertThat(curl(URL).out()).isEqualTo("200");
      assertThat(running.isAlive()).isTrue();
    }
    assertThat(pod.terminationMessage()).isEmpty();
  }

  @Test
  void everyMistake_isToldAtOnce() throws Exception {
    environment.remove("UPLOADER_DESTINATION_ENDPOINT");
    environment.put("TLS_MIN_VERSION", "13");
    try (PodSandbox.Running running = start("--listen-port", "x")) {
      assertThat(running.exitCode()).isOne();
      assertThat(running.err())
          .contains("UPLOADER_DESTINATION_ENDPOINT", "TLS_MIN_VERSION", "--listen-port");
    }
    assertThat(message().path("error-message").asText()).contains("TLS_MIN_VERSION");
  }

  @Test
  void sigterm_leavesNoMessage() throws Exception {
    try (PodSandbox.Running running = uploader()) {
      running.terminate();

      assertThat(running.exitCode()).isEqualTo(143);
    }
    assertThat(pod.terminationMessage()).isEmpty();
  }
}
