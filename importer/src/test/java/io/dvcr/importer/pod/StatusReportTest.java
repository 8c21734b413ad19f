package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.contract.ImportProgress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusReportTest {
  private static ImportProgress at(double percent) {
    return new ImportProgress(percent, "storing", 5, 4, 10L, 10_276_044L, 16_300_544L, 1L);
  }

  @Test
  void download_hasBothSpeeds() {
    assertThat(new StatusReport(at(28.2), 0, true, false).fields())
        .isEqualTo(
            Map.of(
                "progress",
                "28.2%",
                "downloadSpeed",
                Map.of(
                    "avg",
                    "15.5Mi/s",
                    "avgBytes",
                    "16300544",
                    "current",
                    "9.8Mi/s",
                    "currentBytes",
                    "10276044")));
  }

  @Test
  void end_hasNoCurrentSpeed() {
    assertThat(new StatusReport(at(28.2), 0, true, true).fields())
        .containsEntry("downloadSpeed", Map.of("avg", "15.5Mi/s", "avgBytes", "16300544"));
  }

  @Test
  void otherWork_hasNoSpeed() {
    assertThat(new StatusReport(at(28.2), 0, false, false).fields()).containsOnlyKeys("progress");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0%",
    "0, 66.4, 66.4%",
    "66.4, 66.3, 66.4%",
    "100, 0, 99.9%", // the whole comes with the phase Ready, of which no pod speaks
    "99.9, 99.9, 99.9%"
  })
  void progress_neverGoesBackAndStaysBelowAll(double now, double floor, String text) {
    assertThat(new StatusReport(at(now), floor, true, false).fields())
        .containsEntry("progress", text);
  }

  @ParameterizedTest
  @CsvSource({"28.2%, 28.2", "0%, 0", "100%, 100", "'', 0", "1e9%, 0", "28.2, 0"})
  void percent_isThatOfTheText(String text, double percent) {
    assertThat(StatusReport.percent(text)).isEqualTo(percent);
  }
}
