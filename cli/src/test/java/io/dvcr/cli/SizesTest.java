package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "1Ki, 1024",
    "3Mi, 3145728",
    "10Gi, 10737418240",
    "1Ti, 1099511627776",
    "9223372036854775807, 9223372036854775807",
    "8388607Ti, 9223370937343148032",
  })
  void size_isBytes(String text, long bytes) {
    assertThat(Sizes.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "12X", "-1", "1.5Gi", "1G", "1KiB", "9223372036854775808", "8388608Ti", "Ki"})
  void noSize_isRefusedByName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sizes.parse(text))
        .withMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "60s, PT1M", "5m, PT5M", "1h, PT1H"})
  void time_isRead(String text, Duration time) {
    assertThat(Sizes.parseTime(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "-1s", "1d", "1.5s", "9999999999s"})
  void noTime_isRefusedByName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sizes.parseTime(text))
        .withMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "299792384, 285.9 MiB"})
  void bytes_areShownInTheLargestUnit(long bytes, String shown) {
    assertThat(Sizes.shown(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"5, 0:05", "65, 1:05", "7265, 2:01:05"})
  void seconds_areShownAsAClock(long seconds, String shown) {
    assertThat(Sizes.shownTime(seconds)).isEqualTo(shown);
  }
}
