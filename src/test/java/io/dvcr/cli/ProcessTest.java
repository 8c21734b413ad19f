package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own can show: signals, pipes, rights, disks. */
class ProcessTest {
  private static final int SIZE = 4 << 20;

  @RegisterExtension final Seed seed = new Seed();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void signalDuringAnUpload_cancelsTheSession(String signal, int exitCode) throws Exception {
    Path storage = Files.createDirectory(folder.resolve("registry"));
    CountDownLatch stalled = new CountDownLatch(1);
    try (RealRegistry registry = RealRegistry.start(RealRegistry.Version.V3, storage);
        FileServer server = stallingServer(stalled);
        DvcrProcess dvcr =
            DvcrProcess.start(
                folder,
                "import",
                server.uri("/disk.raw"),
                "--to",
                registry.authority() + "/disk",
                "--layer-compression=none")) {
      assertThat(stalled.await(1, TimeUnit.MINUTES)).isTrue();
      awaitBytes(registry.storage());

      dvcr.signal(signal);

      assertThat(dvcr.exitCode()).isEqualTo(exitCode);
      assertThat(dvcr.err()).startsWith("dvcr: ").contains("stopped").hasLineCount(1);
      assertThat(dvcr.out()).isEmpty();
      assertThat(registry.openUploadSessions()).as(registry.log()).isZero();
    }
  }

  @Test
  void signalDuringAnImportIntoAFolder_leavesNoBlobAndNoTag() throws Exception {
    CountDownLatch stalled = new CountDownLatch(1);
    try (FileServer server = stallingServer(stalled);
        DvcrProcess dvcr =
            DvcrProcess.start(
                folder,
                "import",
                server.uri("/disk.raw"),
                "--to",
                "oci:images",
                "--layer-compression=none")) {
      assertThat(stalled.await(1, TimeUnit.MINUTES)).isTrue();
      awaitBytes(folder);

      dvcr.signal("TERM");

      assertThat(dvcr.exitCode()).isEqualTo(143);
      assertThat(largeFiles(folder)).isEmpty();
      assertThat(Dvcr.run("list", "oci:" + folder.resolve("images")).out()).doesNotContain("disk");
    }
  }

  @Test
  void readerThatGoesAway_endsAnExportWithOneSentence() throws Exception {
    String image = importDisk();

    Tools.Result result =
        shell("\"$@\" export " + image + " - | head -c 1 >head; echo ${PIPESTATUS[0]}");

    assertThat(result.out()).isEqualTo("1\n");
    assertThat(result.err()).startsWith("dvcr: ").contains("Broken pipe").hasLineCount(1);
  }

  @Test
  void fullDisk_leavesNoFileAndSaysSo() throws Exception {
    String image = importDisk();
    Path small = Files.createDirectory(folder.resolve("small"));

    Tools.Result result =
        withMount(
            "mount -t tmpfs -o size=1m tmpfs small",
            "\"$@\" export " + image + " small/disk.raw; echo $?; ls -A small");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(small).isEmptyDirectory();
    assertThat(result.out()).isEqualTo("1\n");
    assertThat(result.err())
        .startsWith("dvcr: ")
        .contains("No space left on device")
        .hasLineCount(1);
  }

  @Test
  void readOnlyFolder_isToldAsSuch() throws Exception {
    Path disk = Files.write(folder.resolve("disk.raw"), seed.bytes(SIZE));
    Path small = Files.createDirectory(folder.resolve("small"));

    Tools.Result result =
        withMount(
            "mount -t tmpfs -o ro tmpfs small",
            "\"$@\" import " + disk + " --to oci:small/images; echo $?");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(small).isEmptyDirectory();
    assertThat(result.out()).isEqualTo("1\n");
    assertThat(result.err())
        .startsWith("dvcr: ")
        .contains("read-only", "name a folder that can be written")
        .hasLineCount(1);
  }

  @Test
  void helpThatIsPiped_hasNoColours() {
    assertThat(Dvcr.run("import", "--help").out()).contains("--to").doesNotContain("\033");
  }

  private String importDisk() throws IOException {
    Path disk = Files.write(folder.resolve("disk.raw"), seed.bytes(SIZE));
    String image = "oci:" + folder.resolve("images") + ":disk";
    assertThat(Dvcr.run("import", disk, "--to", image, "--layer-compression=none").exitCode())
        .isEqualTo(0);
    return image;
  }

  /** Runs a script behind a mount that it alone sees. */
  private Tools.Result withMount(String mount, String script) {
    Tools.Result result =
        Tools.runIn(
            folder,
            Duration.ofMinutes(1),
            "unshare",
            Stream.concat(
                    Stream.of("-m", "bash", "-c", mount + " || exit 99; " + script, "dvcr"),
                    DvcrProcess.command().stream())
                .toArray());
    if (!"true".equals(System.getenv("CI"))) {
      Assumptions.assumeTrue(
          result.exitCode() == 0, "a mount namespace can't be had here; root can");
    }
    return result;
  }

  private Tools.Result shell(String script) {
    return Tools.runIn(
        folder,
        Duration.ofMinutes(1),
        "bash",
        Stream.concat(Stream.of("-c", script, "dvcr"), DvcrProcess.command().stream()).toArray());
  }

  /** Sends a half, and then nothing more. */
  private FileServer stallingServer(CountDownLatch stalled) {
    FileServer server = FileServer.start();
    server.put("/disk.raw", seed.bytes(SIZE));
    server
        .faults()
        .add(
            Fault.on("GET", "/disk.raw")
                .always()
                .afterResponseBytes(SIZE / 2)
                .then(exchange -> {
                  stalled.countDown();
                  Effect.STALL.happen(exchange);
                }));
    return server;
  }

  /** A session whose begin is still unanswered can't be cancelled: its bytes have to arrive. */
  private static void awaitBytes(Path folder) throws IOException {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (largeFiles(folder).isEmpty()) {
      assertThat(System.nanoTime()).as("bytes arrive").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static List<Path> largeFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toFile().isFile() && file.toFile().length() > 10_000)
          .toList();
    } catch (UncheckedIOException e) {
      return List.of(); // a file was removed meanwhile
    }
  }
}
