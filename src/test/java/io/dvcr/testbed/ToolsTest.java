package io.dvcr.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ToolsTest {
  @Test
  void programEnds_tellsCodeAndBothOutputs() {
    Tools.Result result = Tools.run("sh", "-c", "echo one; echo two >&2; exit 3");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("one\n");
    assertThat(result.err()).isEqualTo("two\n");
    assertThatThrownBy(result::expectSuccess)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("two");
  }

  @Test
  void programHangs_isKilledAtTheTimeout() {
    assertThatThrownBy(() -> Tools.runIn(Path.of(""), Duration.ofMillis(50), "cat", "/dev/zero"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was not done after");
  }

  @Test
  void partMissing_endsTheTestByItsName() {
    Class<? extends Throwable> expected =
        "true".equals(System.getenv("CI")) ? AssertionError.class : TestAbortedException.class;

    assertThatThrownBy(() -> Parts.require("no-such-program"))
        .isInstanceOf(expected)
        .hasMessageContaining("no-such-program is missing");
  }
}
