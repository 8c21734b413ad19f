package io.dvcr.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportReport.Content;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The names and the order of the fields that scripts rely on. */
class ResultsJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void importReport_hasEveryFieldInOrder() throws JsonProcessingException {
    ImportReport report =
        new ImportReport(
            "oci:images:disk",
            new Content("application/vnd.oci.image.manifest.v1+json", "sha256:aa", 1),
            new Content("application/vnd.oci.image.layer.v1.tar", "sha256:bb", 2),
            "qcow2",
            3,
            4,
            5,
            null,
            Map.of("md5", "cc"),
            1.7,
            6);
    assertThat(JSON.writeValueAsString(report))
        .isEqualTo(
            """
            {"reference":"oci:images:disk",\
            "manifest":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:aa","size":1},\
            "layer":{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:bb","size":2},\
            "format":"qcow2","virtualSize":3,"storedSize":4,"sourceSize":5,"compression":null,\
            "checksums":{"md5":"cc"},"seconds":1.7,"averageSpeed":6}\
            """);
  }

  @Test
  void inspectReport_tellsNoCompressionAsNull() throws JsonProcessingException {
    assertThat(JSON.writeValueAsString(new InspectReport("a.img", "raw", 1, 2, 3, null)))
        .isEqualTo(
            """
            {"source":"a.img","format":"raw","virtualSize":1,"storedSize":2,"sourceSize":3,"compression":null}\
            """);
  }

  @Test
  void imageEntry_tellsTheUnknownAsNull() throws JsonProcessingException {
    assertThat(
            JSON.writeValueAsString(
                new ImageEntry("a", null, 1L, 2L, "sha256:aa", "2026-01-01T00:00:00Z")))
        .isEqualTo(
            """
            {"tag":"a","format":null,"virtualSize":1,"storedSize":2,"digest":"sha256:aa","created":"2026-01-01T00:00:00Z"}\
            """);
  }

  @Test
  void failure_leavesOutRuleAndOffsetThatAreNotThere() throws JsonProcessingException {
    assertThat(
            JSON.writeValueAsString(new ImportFailure("ChecksumMismatch", "m", null, null, false)))
        .isEqualTo("{\"reason\":\"ChecksumMismatch\",\"message\":\"m\",\"retryable\":false}");
    assertThat(
            JSON.writeValueAsString(new ImportFailure("MalformedImage", "m", "Q14", 65536L, false)))
        .isEqualTo(
            """
            {"reason":"MalformedImage","message":"m","rule":"Q14","offset":65536,"retryable":false}\
            """);
  }

  @Test
  void progress_leavesOutWhatIsNotKnown() throws JsonProcessingException {
    assertThat(
            JSON.writeValueAsString(
                new ImportProgress(28.2, "storing", 1, 2, null, null, null, null)))
        .isEqualTo("{\"progress\":28.2,\"phase\":\"storing\",\"received\":1,\"stored\":2}");
    assertThat(JSON.writeValueAsString(new ImportProgress(28.2, "storing", 1, 2, 3L, 4L, 5L, 6L)))
        .isEqualTo(
            """
            {"progress":28.2,"phase":"storing","received":1,"stored":2,"total":3,"currentSpeed":4,"averageSpeed":5,"remainingSeconds":6}\
            """);
  }

  @Test
  void reasons_exitAsTheyCanBeTriedAgain() {
    assertThat(Reason.values())
        .allSatisfy(reason -> {
          boolean later = reason.exitCode() == 75 || reason.exitCode() == 130;
          assertThat(reason.retryable()).as(reason.id()).isEqualTo(later);
        });
  }
}
