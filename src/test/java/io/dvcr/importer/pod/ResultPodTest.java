package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.docs.Row;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Section 11: what is left behind for the controller. */
@NullMarked
class ResultPodTest extends PodTestBase {
  @Test
  @Row({
    "11.1 source-image-size",
    "11.1 source-image-virtual-size",
    "11.1 source-image-format",
    "11.1 duration",
    "11.1 average-speed",
    "11.1 numbers",
    "11.1 one object",
    "11.2 success"
  })
  void success_isOneObjectOfIntegersAndAWord() throws IOException {
    byte[] image = qcow2();
    serve("/disk.qcow2", image);

    runWell();

    JsonNode message = pod.message();
    assertThat(message.fieldNames())
        .toIterable()
        .containsExactly(
            "source-image-size",
            "source-image-virtual-size",
            "source-image-format",
            "duration",
            "average-speed");
    assertThat(message.path("source-image-size").asLong()).isEqualTo(image.length);
    assertThat(message.path("source-image-virtual-size").asLong()).isEqualTo(LENGTH + 512);
    assertThat(message.path("source-image-format").asText()).isEqualTo("qcow2");
    String text = Files.readString(pod.paths.terminationMessage());
    assertThat(text).doesNotContain("\n");
    assertThat(text.replaceAll("\"[^\"]*\"", "")).matches("[{}:,0-9]+");
    long nanos = message.path("duration").asLong();
    assertThat(nanos).isBetween(1_000_000L, 120_000_000_000L);
    double most = image.length / (nanos / 1e9);
    assertThat(message.path("average-speed").asLong())
        .isBetween((long) (most / 2), image.length * 1000L);
  }

  @Test
  @Row({"11.1 error-message", "11.1 one object"})
  void failure_isTheErrorAlone() throws IOException {
    pod.http(files.uri("/none"));

    assertThat(runInVain()).contains("404");
  }

  /** Whatever a server says: cut at its end, and still an object. */
  @Test
  @Row("11.1 length")
  void length_staysBelow4096Bytes() throws IOException {
    serve("/disk.img", raw());
    String endless =
        "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"%s\"}]}".formatted("д\\\"".repeat(5000));
    registry
        .faults()
        .add(Fault.on("POST", "/uploads/").always().then(Effect.answerJson(400, endless)));

    assertThat(pod.run()).isZero();

    assertThat(Files.size(pod.paths.terminationMessage())).isBetween(4000L, 4095L);
    assertThat(pod.error()).startsWith("can't push").endsWith("…");
  }

  /** The file may hold what an earlier container of the pod said. */
  @Test
  @Row("11.1 once")
  void message_replacesWhatWasThere() throws IOException {
    serve("/disk.img", raw());
    Files.writeString(pod.paths.terminationMessage(), "{\"error-message\":\"" + "x".repeat(3000));

    runWell();

    assertThat(pod.message().has("error-message")).isFalse();
  }

  @Test
  @Row("11.1 virtual size")
  void virtualSize_isNeverZero() throws IOException {
    serve("/disk.img", new byte[0]);

    assertThat(runInVain()).contains("the image is empty");
  }

  /** An exit code of 0 stands for a message that was written. */
  @Test
  @Row("11.2 success")
  void message_thatCannotBeWritten_failsThePod() throws IOException {
    serve("/disk.img", raw());
    Files.createDirectory(pod.paths.terminationMessage());

    assertThat(pod.run()).isEqualTo(1);
  }

  @Test
  @Row("11.2 failure")
  void failure_thatMayPass_isNotZero() throws IOException {
    String url = files.uri("/disk.img").toString();
    files.close();

    assertThat(pod.http(url).run()).isEqualTo(75);

    assertThat(pod.error()).contains("connection refused");
  }
}
