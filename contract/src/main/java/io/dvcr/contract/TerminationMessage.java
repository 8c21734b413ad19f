package io.dvcr.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a pod leaves behind for its controller, in the file that Kubernetes reads when the container
 * ends: one JSON object. What is not known is left out.
 *
 * @param storedSize bytes of the file in the layer
 * @param virtualSize bytes the guest sees
 * @param format disk format
 * @param duration nanoseconds of the whole run, retries included
 * @param averageSpeed bytes a second
 * @param error why there is no image; then it is the only key
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "source-image-size",
  "source-image-virtual-size",
  "source-image-format",
  "duration",
  "average-speed",
  "error-message"
})
public record TerminationMessage(
    @JsonProperty("source-image-size") @Nullable Long storedSize,
    @JsonProperty("source-image-virtual-size") @Nullable Long virtualSize,
    @JsonProperty("source-image-format") @Nullable String format,
    @JsonProperty("duration") @Nullable Long duration,
    @JsonProperty("average-speed") @Nullable Long averageSpeed,
    @JsonProperty("error-message") @Nullable String error) {
  /** Kubernetes keeps no more of the file, and of a longer one its end, which is no JSON then. */
  public static final int MAX_LENGTH = 4095;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An image was imported. */
  public static TerminationMessage imported(ImportReport report, Duration duration) {
    return new TerminationMessage(
        report.storedSize(),
        report.virtualSize(),
        report.format(),
        duration.toNanos(),
        report.averageSpeed(),
        null);
  }

  /** An artifact was copied as it is: the controller knows what it holds. */
  public static TerminationMessage copied(Duration duration) {
    return new TerminationMessage(null, null, null, duration.toNanos(), null, null);
  }

  /**
   * There is no image.
   *
   * @param sentence not empty; the end of one that is too long is lost
   */
  public static TerminationMessage failed(String sentence) {
    return new TerminationMessage(null, null, null, null, null, sentence);
  }

  /** As it stands in the file: at most {@link #MAX_LENGTH} bytes. */
  public byte[] toBytes() {
    byte[] bytes = json(this);
    String sentence = error;
    while (bytes.length > MAX_LENGTH && sentence != null) {
      // A character takes at most six bytes: what is too much is cut off in a few steps.
      int cut = Math.max(1, (bytes.length - MAX_LENGTH) / 6);
      sentence = sentence.substring(0, Math.max(0, sentence.length() - cut - 1));
      if (!sentence.isEmpty()
          && Character.isHighSurrogate(sentence.charAt(sentence.length() - 1))) {
        sentence = sentence.substring(0, sentence.length() - 1);
      }
      bytes = json(failed(sentence + "…"));
    }
    return bytes;
  }

  private static byte[] json(TerminationMessage message) {
    try {
      return JSON.writeValueAsString(message).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
