package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in the project's root, as a person calls it. */
class LauncherTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path EXAMPLE = ROOT.resolve("examples/hello.raw.xz");

  /** It builds first if it has to. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void commandOfTheReadme_importsTheExample_andSaysWhatIsNext() throws IOException {
    Tools.Result result = dvcr(ROOT.resolve("dvcr"), "import", EXAMPLE);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains("inspect", "export");
    Path disk = folder.resolve("disk.raw");
    String image = result.out().strip();
    assertThat(image).startsWith("oci:");
    assertThat(dvcr(ROOT.resolve("dvcr"), "export", image, disk).exitCode()).isZero();
    Path packed = Files.copy(EXAMPLE, folder.resolve("hello.xz"));
    Tools.run("xz", "-d", packed).expectSuccess();
    assertThat(disk).hasSameBinaryContentAs(folder.resolve("hello"));
  }

  @Test
  void calledThroughALink_findsItsProgram() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("d"), ROOT.resolve("dvcr"));

    assertThat(dvcr(link, "version").out()).startsWith("dvcr ");
  }

  @Test
  void javaHomeThatIsNone_isPassedOver() {
    Tools.Result result =
        Tools.runIn(
            folder, LIMIT, "env", "JAVA_HOME=/nonexistent", ROOT.resolve("dvcr"), "version");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("Java 25");
  }

  /** Java would open a file of its own under its number, and we would read that. */
  @Test
  void standardInputThatIsClosed_isAnEmptyOne() {
    Tools.Result result =
        Tools.runIn(folder, LIMIT, "bash", "-c", ROOT.resolve("dvcr") + " inspect - <&-");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("the image is empty");
  }

  @Test
  void exitCode_isTheCommands() {
    assertThat(dvcr(ROOT.resolve("dvcr"), "import").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private Tools.Result dvcr(Path program, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(program));
    all.addAll(List.of(arguments));
    return Tools.runIn(folder, LIMIT, "env", all.toArray());
  }
}
