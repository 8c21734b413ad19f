package io.dvcr.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for with {@code 401} (RFC 9110, section 11.6.1).
 *
 * @param scheme {@code basic} or {@code bearer}
 * @param parameters by lower-case name
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  /** The first challenge that can be answered, Bearer before Basic. */
  static Optional<Challenge> from(List<String> fields) {
    Optional<Challenge> bearer = find(fields, "bearer");
    return bearer.isPresent() ? bearer : find(fields, "basic");
  }

  private static Optional<Challenge> find(List<String> fields, String scheme) {
    for (String field : fields) {
      if (field.toLowerCase(Locale.ROOT).startsWith(scheme)) {
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(field.substring(scheme.length()));
        while (matcher.find()) {
          String quoted = matcher.group(2);
          String value = quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1");
          parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
        }
        return Optional.of(new Challenge(scheme, Map.copyOf(parameters)));
      }
    }
    return Optional.empty();
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
