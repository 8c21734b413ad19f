package io.dvcr.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    "0.04, 0.0%",
    "0.05, 0.1%", // a little more than the half, as a binary number
    "0.25, 0.2%",
    "12.5, 12.5%",
    "28.2, 28.2%",
    "30, 30.0%",
    "99.9, 99.9%",
    "99.97, 100.0%",
    "100, 100%"
  })
  void percent_hasOneDecimalBetweenItsEnds(double value, String text) {
    assertThat(StatusText.percent(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "9, 9B",
    "10, 10B",
    "1023, 1023B",
    "1024, 1Ki",
    "1536, 1.5Ki",
    "1048575, 1024Ki",
    "1048576, 1Mi",
    "16300544, 15.5Mi",
    "299792384, 285.9Mi",
    "2361393152, 2.2Gi",
    "1125899906842624, 1Pi",
    "9223372036854775807, 8Ei"
  })
  void bytes_haveTheUnitThatFits(long value, String text) {
    assertThat(StatusText.bytes(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1234567, 1.2Mi/s", "1012345, 988.6Ki/s", "0, 0B/s"})
  void speed_isBytesASecond(long value, String text) {
    assertThat(StatusText.speed(value)).isEqualTo(text);
  }
}
