package io.dvcr.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportReport.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminationMessageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String text(TerminationMessage message) {
    return new String(message.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void success_hasTheContractsKeysAsIntegers() {
    Content content = new Content("a/b", "sha256:aa", 1);
    ImportReport report =
        new ImportReport(
            "r:t",
            content,
            content,
            "qcow2",
            2361393152L,
            299792384,
            7,
            null,
            Map.of(),
            9.8,
            31457280);

    assertThat(text(TerminationMessage.imported(report, Duration.ofNanos(9_876_543_210L))))
        .isEqualTo(
            "{\"source-image-size\":299792384,\"source-image-virtual-size\":2361393152,"
                + "\"source-image-format\":\"qcow2\",\"duration\":9876543210,"
                + "\"average-speed\":31457280}");
  }

  @Test
  void copy_hasItsDurationAlone() {
    assertThat(text(TerminationMessage.copied(Duration.ofSeconds(2))))
        .isEqualTo("{\"duration\":2000000000}");
  }

  @Test
  void failure_hasItsSentenceAlone() {
    assertThat(text(TerminationMessage.failed("md5 sum mismatch: a != b")))
        .isEqualTo("{\"error-message\":\"md5 sum mismatch: a != b\"}");
  }

  /** Of letters, of what JSON writes with six bytes, and of pairs that must not be halved. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "\u00e4", "\ud83d\ude00", "\"", "a\ud83d\ude00\u0001"})
  void failureThatIsTooLong_isCutAndStaysJson(String part) throws IOException {
    for (int length : new int[] {600, 1000, 4000, 4096, 10_000, 1_000_000}) {
      String sentence = "it failed " + part.repeat(length / part.length());
      byte[] bytes = TerminationMessage.failed(sentence).toBytes();

      assertThat(bytes).hasSizeLessThan(4096);
      JsonNode read = JSON.readTree(bytes).path("error-message");
      String told = read.asText();
      assertThat(told).startsWith("it failed ");
      if (told.length() < sentence.length()) {
        assertThat(told).endsWith("…").doesNotContain("\ufffd");
        assertThat(bytes).as("no more is cut than must be").hasSizeGreaterThan(3900);
      }
    }
  }
}
