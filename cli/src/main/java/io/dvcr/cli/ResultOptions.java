package io.dvcr.cli;

import picocli.CommandLine.Option;

/** How a command tells what it did. */
final class ResultOptions {
  /** The two forms of a result. */
  enum Format {
    text,
    json
  }

  @Option(
      names = "--output",
      paramLabel = "text|json",
      description = "Results as text or as one JSON object a line (${DEFAULT-VALUE}).",
      defaultValue = "text")
  Format format = Format.text;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tell more of a failure.")
  boolean verbose;

  Output output(Terminal terminal) {
    return new Output(terminal, format == Format.json, verbose);
  }
}
