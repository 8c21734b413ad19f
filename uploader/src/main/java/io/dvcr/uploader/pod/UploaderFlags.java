package io.dvcr.uploader.pod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags of an uploader, in the spellings of Go's pflag: {@code --name value}, {@code
 * --name=value}, and for the log level {@code -v 3}, {@code -v=3}, {@code -v3}, {@code --v=3}. Each
 * stands for a variable and goes before it.
 */
final class UploaderFlags {
  private static final String VERBOSITY = "v";

  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          Map.entry("listen-address", "LISTEN_ADDRESS"),
          Map.entry("listen-port", "LISTEN_PORT"),
          Map.entry("healthz-port", "HEALTHZ_PORT"),
          Map.entry("server-cert", "TLS_CERT_FILE"),
          Map.entry("server-key", "TLS_KEY_FILE"),
          Map.entry("client-ca", "CLIENT_CA_FILE"),
          Map.entry("client-name", "CLIENT_NAME"),
          Map.entry("tls-ciphers", "TLS_CIPHERS"),
          Map.entry("tls-min-version", "TLS_MIN_VERSION"),
          Map.entry("destination-endpoint", "UPLOADER_DESTINATION_ENDPOINT"),
          Map.entry("destination-access-key-id", "UPLOADER_DESTINATION_ACCESS_KEY_ID"),
          Map.entry("destination-secret-key", "UPLOADER_DESTINATION_SECRET_KEY"),
          Map.entry("destination-auth-config", "UPLOADER_DESTINATION_AUTH_CONFIG"),
          Map.entry("destination-insecure-tls", "DESTINATION_INSECURE_TLS"),
          Map.entry("destination-ca-bundle", "UPLOADER_DESTINATION_CA_BUNDLE"),
          Map.entry("checksums", "UPLOADER_CHECKSUMS"));

  private static final Set<String> PORTS = Set.of("listen-port", "healthz-port");
  private static final Set<String> SWITCHES = Set.of("destination-insecure-tls");
  private static final Set<String> BOOLEANS =
      Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");

  private final Map<String, String> given = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  UploaderFlags(String... arguments) {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
    while (!left.isEmpty()) {
      take(left.removeFirst(), left);
    }
  }

  private void take(String argument, Deque<String> left) {
    if (argument.startsWith("--")) {
      String flag = argument.substring(2);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      set(name, equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1)), left);
    } else if (argument.startsWith("-v")) {
      String value = argument.substring(2);
      boolean apart = value.isEmpty();
      set(
          VERBOSITY,
          apart
              ? Optional.empty()
              : Optional.of(value.startsWith("=") ? value.substring(1) : value),
          left);
    } else if (argument.startsWith("-") && !argument.equals("-")) {
      problems.add("there is no flag " + argument);
    } else {
      problems.add("unexpected argument \"" + argument + "\", there are flags only");
    }
  }

  private void set(String name, Optional<String> attached, Deque<String> left) {
    String variable = VARIABLES.get(name);
    if (variable == null && !name.equals(VERBOSITY)) {
      problems.add("there is no flag --" + name);
      return;
    }
    if (attached.isEmpty() && !SWITCHES.contains(name) && left.isEmpty()) {
      problems.add("flag --" + name + " needs a value");
      return;
    }
    String value = attached.orElseGet(() -> SWITCHES.contains(name) ? "true" : left.removeFirst());
    if (variable == null || PORTS.contains(name)) {
      checkNumber(name, value);
    } else if (SWITCHES.contains(name) && !BOOLEANS.contains(value)) {
      problems.add("flag --" + name + ": \"" + value + "\" is neither true nor false");
    }
    if (variable != null) {
      given.put(variable, value);
    }
  }

  private void checkNumber(String name, String value) {
    try {
      int ignored = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      problems.add("flag --" + name + ": \"" + value + "\" is no number");
    }
  }

  /** The variables, with what flags say in the place of theirs. */
  Map<String, String> over(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(given);
    return all;
  }

  /** What is wrong with the arguments. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
