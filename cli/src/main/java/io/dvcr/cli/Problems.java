package io.dvcr.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Collects what is wrong with the arguments, so that all of it is told at once. */
final class Problems {
  private final CommandLine command;
  private final List<String> found = new ArrayList<>();

  /** Arguments that are missing or unreadable: what they would hold is not looked at any more. */
  private final Set<String> unusable = new HashSet<>();

  private Problems(CommandLine command) {
    this.command = command;
  }

  /** Begins with what was wrong already when the arguments were taken apart. */
  static Problems of(CommandLine command) {
    Problems problems = new Problems(command);
    ParseResult parsed = command.getCommandSpec().root().commandLine().getParseResult();
    for (; parsed != null; parsed = parsed.hasSubcommand() ? parsed.subcommand() : null) {
      parsed.errors().forEach(problems::addParsing);
    }
    return problems;
  }

  /**
   * The value that {@code reading} gives, or {@code otherwise} with a problem noted.
   *
   * @param reading throws {@link IllegalArgumentException} with what is wrong
   */
  <T> T value(String argument, T otherwise, Supplier<T> reading) {
    if (unusable.contains(argument)) {
      return otherwise;
    }
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      add(argument + ": " + e.getMessage());
      return otherwise;
    }
  }

  void add(String problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Ends the command if there is a problem. */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ParameterException(command, String.join("; ", found));
    }
  }

  private void addParsing(Exception problem) {
    switch (problem) {
      case MissingParameterException missing -> missing.getMissing().forEach(this::addMissing);
      case UnmatchedArgumentException unmatched -> add(Unmatched.sentence(unmatched));
      case OverwrittenOptionException twice ->
          add(name(twice.getOverwritten()) + " is given more than once");
      case ParameterException wrong when wrong.getArgSpec() != null -> addWrong(wrong);
      default -> add(String.valueOf(problem.getMessage()));
    }
  }

  private void addMissing(ArgSpec argument) {
    unusable.add(name(argument));
    add(name(argument) + (argument.isOption() ? " needs a value" : " is missing"));
  }

  private void addWrong(ParameterException wrong) {
    ArgSpec argument = wrong.getArgSpec();
    unusable.add(name(argument));
    Class<?> type = argument.type();
    if (type == boolean.class) {
      add(name(argument) + " takes no value");
    } else if (type.isEnum() && wrong.getValue() != null) {
      List<String> known =
          Arrays.stream(type.getEnumConstants()).map(constant -> String.valueOf(constant)).toList();
      add(
          "%s: \"%s\" is none of %s"
              .formatted(name(argument), wrong.getValue(), String.join(" and ", known)));
    } else {
      add(String.valueOf(wrong.getMessage()));
    }
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
