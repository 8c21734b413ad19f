package io.dvcr.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Collects what is wrong with the options, so that all of it is told at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /**
   * The value that {@code reading} gives, or {@code otherwise} with a problem noted.
   *
   * @param reading throws {@link IllegalArgumentException} with what is wrong
   */
  <T> T value(String option, T otherwise, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      found.add(option + ": " + e.getMessage());
      return otherwise;
    }
  }

  void add(String problem) {
    found.add(problem);
  }

  /** Ends the command if there is a problem. */
  void throwIfAny(CommandLine command) {
    if (!found.isEmpty()) {
      throw new ParameterException(command, String.join("; ", found));
    }
  }
}
