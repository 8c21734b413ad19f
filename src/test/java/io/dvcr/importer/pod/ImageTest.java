package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Parts;
import io.dvcr.testbed.Tools;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The container image under podman, as the pods' specification has it run. The program's port is
 * fixed and open on all addresses, so each import runs in a network namespace of its own, together
 * with its source and its registry.
 */
@NullMarked
class ImageTest {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** On which all is in: what the test leaves there goes with the folder. */
  @TempDir static Path storage;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    Path image =
        Parts.requireFile(
            Parts.projectRoot().resolve("image/target/dvcr-" + architecture() + ".tar").toString());
    new Podman(storage).run("load", "--input", image).expectSuccess();
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }

  @ParameterizedTest
  @EnumSource
  @Row({
    "1 command",
    "1 arguments",
    "2 container security context",
    "2 resources",
    "2 read-only root",
    "2 heap",
    "2 user",
    "3 tmp",
    "3 dvcr-secret-vol"
  })
  void importOfAPod(ImagePodRun.Scenario scenario) {
    Tools.Result result =
        Tools.runIn(
            Path.of(""),
            LIMIT,
            "unshare",
            "--net",
            "sh",
            "-c",
            "ip link set lo up && exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java"),
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(),
            ImagePodRun.class.getName(),
            storage,
            folder,
            scenario);

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
  }

  /** Surefire's may be relative to its own folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void commandLine_saysItsVersionAndNothingElse() {
    Tools.Result result = new Podman(storage).container(List.of(), List.of("version"));

    assertThat(result.expectSuccess().out()).startsWith("dvcr ").hasLineCount(1);
    assertThat(result.err()).isEmpty();
  }

  /** Without one, nothing fails: it only starts slower, and so nobody would notice. */
  @Test
  void archiveOfClasses_isUsed() {
    String home = "/usr/local/lib/dvcr";

    Tools.Result result =
        new Podman(storage)
            .container(
                List.of("--entrypoint", "/usr/local/lib/java/bin/java"),
                List.of(
                    "@" + home + "/java.options",
                    "@" + home + "/image.options",
                    "-Xshare:on",
                    "-XX:SharedArchiveFile=" + home + "/dvcr.jsa",
                    "-jar",
                    home + "/dvcr.jar",
                    "version"));

    assertThat(result.expectSuccess().out()).startsWith("dvcr ");
  }

  /** Its library is in the image with the classes alone that ours name. */
  @Test
  void streebog_isComputed() {
    Tools.Result result =
        new Podman(storage)
            .container(
                List.of(),
                List.of(
                    "import",
                    "/usr/local/lib/dvcr/java.options",
                    "--to",
                    "oci:/tmp/images:options",
                    "--checksum",
                    "streebog256:" + "0".repeat(64)));

    assertThat(result.exitCode()).as(result.err()).isOne();
    assertThat(result.err()).containsPattern("streebog256.*[0-9a-f]{64}");
  }

  @Test
  @Row("2 user")
  void configuration_namesUserAndWhatItIs() {
    Tools.Result result = new Podman(storage).run("image", "inspect", Podman.IMAGE);

    assertThat(result.expectSuccess().out())
        .contains("\"User\": \"64535:64535\"")
        .contains("org.opencontainers.image.title", "org.opencontainers.image.licenses")
        .contains("org.opencontainers.image.version", "org.opencontainers.image.created");
  }
}
