package io.dvcr.importer.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.formats.ImageRefusedException;
import io.dvcr.formats.Rule;
import io.dvcr.importer.ImportException;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A failure as a controller reads it. That the registry's disk is full is recognised by three
 * things in the text: the registry's name, {@code POST}, and error 28 as Go prints a map.
 */
final class FailureText {
  /** ENOSPC of Linux, as Go prints the field of that name. */
  private static final String NO_SPACE = "Err:28";

  /**
   * Characters of the sentence and of the detail where both are told: neither may push the other
   * out of the 4095 bytes that Kubernetes keeps.
   */
  private static final int MOST_OF_EACH = 600;

  private FailureText() {}

  static String of(ImportException failure, Reference target) {
    String sentence = failure.told(PodRemedies::of);
    if (failure.getCause() instanceof ImageRefusedException refused
        && refused.neededMemory().isPresent()) {
      long needed = refused.neededMemory().getAsLong();
      long limit =
          refused.rule() == Rule.S4
              ? MemoryShares.limitForWindow(needed)
              : MemoryShares.limitForXz(needed);
      return "%s; a memory limit of %d MiB for the pod is enough".formatted(sentence, limit >> 20);
    }
    return failure.getCause() instanceof RegistryException refused
            && refused.kind() == RegistryException.Kind.FULL
        ? shortened(sentence) + " (" + outOfSpace(refused, target) + ")"
        : sentence;
  }

  /** Whichever request met it: the first one of an upload stands for all. */
  private static String outOfSpace(RegistryException refused, Reference target) {
    String detail = shortened(goText(refused.detail()));
    return "POST https://%s/v2/%s/blobs/uploads/: UNKNOWN: unknown error; %s"
        .formatted(
            target.registry(),
            target.repository(),
            detail.contains(NO_SPACE) ? detail : "map[" + NO_SPACE + " Message:" + detail + "]");
  }

  private static String shortened(String text) {
    return text.length() > MOST_OF_EACH ? text.substring(0, MOST_OF_EACH) + "…" : text;
  }

  private static String goText(String json) {
    try {
      JsonNode node = Json.MAPPER.readTree(json);
      return node == null ? "" : goText(node);
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  /** Go's {@code %v} of a decoded JSON value: maps by their keys, nothing quoted. */
  private static String goText(JsonNode node) {
    if (node.isObject()) {
      Map<String, String> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), goText(field.getValue())));
      return fields.entrySet().stream()
          .map(field -> field.getKey() + ":" + field.getValue())
          .collect(Collectors.joining(" ", "map[", "]"));
    }
    if (node.isArray()) {
      return node.valueStream().map(FailureText::goText).collect(Collectors.joining(" ", "[", "]"));
    }
    return node.isNull() ? "<nil>" : node.asText();
  }
}
