package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KlogFlagsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-v=3",
        "--v=3",
        "-v 3",
        "--v 3",
        "-logtostderr -v=3",
        "-logtostderr=false",
        "-alsologtostderr --add_dir_header -skip_headers -one_output",
        "-log_file /tmp/x -vmodule=a=2 -stderrthreshold ERROR",
      })
  void flagsOfKlog_areAccepted(String arguments) {
    assertThat(KlogFlags.problems(words(arguments))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-x", "--verbose", "import", "-v=3 x", "-", "-v", "-vv=3", "-logtostderr x"})
  void everythingElse_isAProblem(String arguments) {
    assertThat(KlogFlags.problems(words(arguments))).hasSize(1);
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ");
  }
}
