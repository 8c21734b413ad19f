package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.registry.Credentials;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RealRegistryConfig;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/**
 * One run of the image with a source and a registry in the network of this process; it ends with an
 * {@link AssertionError} if anything is not as it should be. A program: see {@link ImageTest}.
 */
@NullMarked
final class ImagePodRun {
  private static final String USER = "dvcr-jwt";
  private static final String PASSWORD = "geheim";

  /** Several windows of everything that is on its way. */
  private static final int LENGTH = 24 << 20;

  /** What is tried. */
  enum Scenario {
    IMAGE_OF_A_WEB_SERVER {
      @Override
      void play(ImagePodRun run) throws IOException {
        run.imports();
      }
    },
    WRONG_CONFIGURATION {
      @Override
      void play(ImagePodRun run) throws IOException {
        run.refuses();
      }
    };

    abstract void play(ImagePodRun run) throws IOException;
  }

  private final Podman podman;
  private final Path folder;
  private final Path message;
  private final Path auth;
  private final Map<String, String> environment = new TreeMap<>();

  private ImagePodRun(Podman podman, Path folder) throws IOException {
    this.podman = podman;
    this.folder = folder;
    this.message = Files.createFile(folder.resolve("termination-log"));
    this.auth = Files.createDirectories(folder.resolve("auth"));
    // As kubelet makes them.
    Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
    environment.put("OWNER_UID", PodRun.OWNER);
    environment.put("INSECURE_TLS", "false");
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("IMPORTER_DESTINATION_AUTH_CONFIG", "/dvcr-auth/.dockerconfigjson");
    for (String empty :
        List.of("http_proxy", "https_proxy", "no_proxy", "IMPORTER_CONTENTTYPE", "IMPORTER_UUID")) {
      environment.put(empty, "");
    }
  }

  /** Arguments: podman's folder, a folder for this run, the scenario. */
  public static void main(String[] arguments) throws IOException {
    ImagePodRun run = new ImagePodRun(new Podman(Path.of(arguments[0])), Path.of(arguments[1]));
    Scenario.valueOf(arguments[2]).play(run);
  }

  private void imports() throws IOException {
    byte[] image = new byte[LENGTH];
    new Random(1).nextBytes(image);
    image[0] = 0; // no magic by chance
    Path served = Files.createDirectories(folder.resolve("served"));
    Files.write(served.resolve("disk.img"), image);
    RealRegistryConfig config = RealRegistryConfig.open().withPassword(USER, PASSWORD);
    try (Nginx nginx = Nginx.start(Files.createDirectories(folder.resolve("nginx")), served);
        RealRegistry registry =
            RealRegistry.start(
                RealRegistry.Version.V3,
                Files.createDirectories(folder.resolve("registry")),
                config)) {
      secret(registry.authority());
      environment.put("IMPORTER_SOURCE", "http");
      environment.put("IMPORTER_ENDPOINT", nginx.uri("/disk.img").toString());
      environment.put("IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8");
      environment.put(
          "IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/" + PodRun.TARGET + ":uid");

      Tools.Result result = run();

      assertThat(result.exitCode()).as(result.err()).isZero();
      JsonNode told = new ObjectMapper().readTree(message.toFile());
      assertThat(told.path("source-image-size").asLong()).isEqualTo(LENGTH);
      assertThat(told.path("source-image-virtual-size").asLong()).isEqualTo(LENGTH);
      assertThat(told.path("source-image-format").asText()).isEqualTo("raw");
      assertThat(
              PodRun.published(
                  registry.authority(), host -> Optional.of(new Credentials(USER, PASSWORD))))
          .isEqualTo(image);
      assertThat(registry.openUploadSessions()).isZero();
      assertThat(result.err()).doesNotContain(PASSWORD, "progress is not served");
      assertThat(result.out()).isEmpty();
    }
  }

  private void refuses() throws IOException {
    environment.put("IMPORTER_SOURCE", "ftp");

    Tools.Result result = run();

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(new ObjectMapper().readTree(message.toFile()).path("error-message").asText())
        .contains("unknown source type: ftp")
        .contains("IMPORTER_DESTINATION_ENDPOINT");
  }

  /** With links, as kubelet mounts it. */
  private void secret(String authority) throws IOException {
    String pair = USER + ":" + PASSWORD;
    Path version = Files.createDirectory(auth.resolve("..2026_11_22"));
    Files.writeString(
        version.resolve(".dockerconfigjson"),
        "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"%s\",\"auth\":\"%s\"}}}"
            .formatted(
                authority,
                USER,
                PASSWORD,
                Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
    Files.createSymbolicLink(auth.resolve("..data"), version.getFileName());
    Files.createSymbolicLink(
        auth.resolve(".dockerconfigjson"), Path.of("..data", ".dockerconfigjson"));
  }

  private Tools.Result run() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--volume=" + message + ":/dev/termination-log",
                "--volume=" + auth + ":/dvcr-auth:ro",
                // Kubernetes' command takes the place of the entry point.
                "--entrypoint=[\"/usr/local/bin/dvcr-importer\"]"));
    environment.forEach((key, value) -> options.add("--env=" + key + "=" + value));
    return podman.container(options, List.of("-v=3"));
  }
}
