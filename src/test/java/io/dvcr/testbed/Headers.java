package io.dvcr.testbed;

import java.util.LinkedHashMap;
import java.util.Map;

/** Headers of an answer, in the order in which they are sent. */
final class Headers {
  private Headers() {}

  /** Names and values in turn. */
  static Map<String, String> of(String... namesAndValues) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}
