package io.dvcr.registry.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Header fields, their names without case (RFC 9110, section 5.1). Immutable. */
public final class Headers {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern FORBIDDEN = Pattern.compile("[\\r\\n\\x00]");

  public static final Headers NONE = new Headers(new TreeMap<>());

  private final Map<String, List<String>> fields;

  private Headers(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  /**
   * Fields as people write them, {@code Name: value}, a line each.
   *
   * @throws IllegalArgumentException if one is not of that form (RFC 9110, section 5.6.2); the
   *     message shows none, for it may be a secret
   */
  public static Headers ofLines(Iterable<String> lines) {
    Headers headers = NONE;
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (!TOKEN.matcher(name).matches() || FORBIDDEN.matcher(value).find()) {
        throw new IllegalArgumentException("not of the form 'Name: value'");
      }
      headers = headers.plus(name, value);
    }
    return headers;
  }

  /** A copy with one more field line. */
  public Headers plus(String name, String value) {
    Map<String, List<String>> copy = new TreeMap<>(fields);
    copy.merge(
        name.toLowerCase(Locale.ROOT),
        List.of(value),
        (before, added) -> {
          List<String> both = new ArrayList<>(before);
          both.addAll(added);
          return both;
        });
    return new Headers(copy);
  }

  /** A copy with this field alone under its name. */
  public Headers with(String name, String value) {
    return without(name).plus(name, value);
  }

  /** A copy without a field. */
  public Headers without(String name) {
    Map<String, List<String>> copy = new TreeMap<>(fields);
    copy.remove(name.toLowerCase(Locale.ROOT));
    return new Headers(copy);
  }

  /** The first value of a field. */
  public Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /** All values of a field, a line each. */
  public List<String> all(String name) {
    return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** A field that is a number of bytes or seconds; empty if it is absent or no such number. */
  public Optional<Long> number(String name) {
    try {
      return first(name).map(value -> Long.parseLong(value.strip())).filter(value -> value >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The fields' names in lower case. */
  public Set<String> names() {
    return Set.copyOf(fields.keySet());
  }

  void forEach(BiConsumer<String, String> action) {
    fields.forEach((name, values) -> values.forEach(value -> action.accept(name, value)));
  }
}
