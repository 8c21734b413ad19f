package io.dvcr.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportFailure;
import io.dvcr.contract.Reason;
import io.dvcr.importer.ImportException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Tells results and failures, as text or as one JSON object a line. */
final class Output {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Terminal terminal;
  private final boolean json;
  private final boolean verbose;

  Output(Terminal terminal, boolean json, boolean verbose) {
    this.terminal = terminal;
    this.json = json;
    this.verbose = verbose;
  }

  /** As the command's options say, even if they are otherwise wrong. */
  static Output of(CommandLine command, Terminal terminal) {
    CommandSpec spec = command.getCommandSpec();
    List<String> given =
        command.getParseResult() == null ? List.of() : command.getParseResult().originalArgs();
    var format = spec.findOption("--output");
    boolean json =
        (format != null && "json".equals(String.valueOf(format.<Object>getValue())))
            || given.contains("--output=json")
            || String.join(" ", given).contains("--output json");
    return new Output(terminal, json, given.contains("-v") || given.contains("--verbose"));
  }

  boolean isJson() {
    return json;
  }

  /** A result. */
  void json(Object value) {
    try {
      terminal.out().println(JSON.writeValueAsString(value));
      terminal.out().flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A line of a result. */
  void line(String text) {
    terminal.out().println(harmless(text));
    terminal.out().flush();
  }

  /**
   * A failure of one of several things, the others go on.
   *
   * @param kind what {@code name} is the name of
   */
  void failed(String kind, String name, ImportException failure) {
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put(kind, name);
      line.put("error", failure.toFailure(Remedies::of));
      json(line);
    }
    say(failure.told(Remedies::of));
  }

  /**
   * A failure, in its two forms.
   *
   * @return the exit code
   */
  int failed(Throwable failure) {
    if (failure instanceof ParameterException wrong) {
      return wrongUsage(wrong);
    }
    ImportException told =
        failure instanceof ImportException expected
            ? expected
            : new ImportException(Reason.INTERNAL, "this is a bug of dvcr: " + failure);
    if (json) {
      json(Map.of("error", told.toFailure(Remedies::of)));
    }
    say(told.told(Remedies::of));
    if (verbose || told.reason() == Reason.INTERNAL) {
      failure.printStackTrace(terminal.err());
    }
    return told.reason().exitCode();
  }

  int wrongUsage(ParameterException wrong) {
    String help = wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    String message = wrong.getMessage() + "; see " + help;
    if (json) {
      json(
          Map.of(
              "error",
              new ImportFailure(Reason.INVALID_CONFIGURATION.id(), message, null, null, false)));
    }
    say(message);
    return ExitCode.USAGE;
  }

  /** A sentence on standard error. */
  void say(String sentence) {
    terminal.err().println("dvcr: " + harmless(sentence));
    terminal.err().flush();
  }

  /**
   * What servers say and images are called may hold anything; a terminal must not obey it (ECMA-48,
   * sections 5.2 and 5.3: C0 and C1).
   */
  private static String harmless(String text) {
    return text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]+", " ");
  }

  /** A hint for a person: not in JSON mode. */
  void hint(String... lines) {
    if (!json) {
      Arrays.stream(lines).forEach(terminal.err()::println);
      terminal.err().flush();
    }
  }
}
