package io.dvcr.importer.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads settings out of a process's environment and collects what is wrong with them. An empty
 * value is the same as none.
 */
public final class Environment {
  /** What Go's strconv.ParseBool takes for true; everything else is false. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  private final Map<String, String> variables;
  private final List<String> problems = new ArrayList<>();

  public Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The value, if it is not empty. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(variables.get(key)).filter(value -> !value.isEmpty());
  }

  /** Whether it is switched on; false for what is no boolean. */
  public boolean flag(String key) {
    return text(key).filter(TRUE::contains).isPresent();
  }

  /** The values of all keys that begin so, by key. */
  List<String> allOf(String prefix) {
    Map<String, String> found = new TreeMap<>(variables);
    found.keySet().removeIf(key -> !key.startsWith(prefix));
    return found.values().stream().filter(value -> !value.isEmpty()).toList();
  }

  /** The parts of a value between commas, without white space around them. */
  public List<String> list(String key) {
    return text(key).stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /**
   * The value that {@code reading} makes of the key's text.
   *
   * @param reading throws {@link IllegalArgumentException} with what is wrong, without secrets
   */
  public <T> Optional<T> value(String key, Function<String, T> reading) {
    return text(key)
        .flatMap(text -> {
          try {
            return Optional.of(reading.apply(text));
          } catch (IllegalArgumentException e) {
            problems.add(key + ": " + e.getMessage());
            return Optional.empty();
          }
        });
  }

  /** The same of a key that must be there. */
  public <T> Optional<T> required(String key, Function<String, T> reading) {
    if (text(key).isEmpty()) {
      problems.add(key + " is not set");
    }
    return value(key, reading);
  }

  /** One of an enum's constants, written in lower case with dashes. */
  public <T extends Enum<T>> Optional<T> choice(String key, Class<T> type) {
    return value(
        key,
        text -> {
          List<String> known = new ArrayList<>();
          for (T each : type.getEnumConstants()) {
            String name = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(text)) {
              return each;
            }
            known.add(name);
          }
          throw new IllegalArgumentException(
              "\"" + text + "\" is none of " + String.join(", ", known));
        });
  }

  /** One more thing that is wrong. */
  public void problem(String sentence) {
    problems.add(sentence);
  }

  /** Everything that is wrong with what was read so far. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
