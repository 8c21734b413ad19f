package io.dvcr.cli;

import java.util.List;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells of arguments that mean nothing, without showing what may be a secret. */
final class Unmatched {
  private static final int MOST_SUGGESTIONS = 2;

  private Unmatched() {}

  static String sentence(UnmatchedArgumentException wrong) {
    List<String> arguments = wrong.getUnmatched();
    // Of --name=value only the name; what follows an unknown option may be its value.
    List<String> options =
        arguments.stream()
            .filter(argument -> argument.startsWith("-"))
            .map(option -> option.replaceFirst("=.*", ""))
            .toList();
    String what;
    if (!options.isEmpty()) {
      what = String.join(" and ", options) + (options.size() == 1 ? " is" : " are") + " unknown";
    } else if (!wrong.getCommandLine().getSubcommands().isEmpty()) {
      String first = arguments.getFirst();
      what =
          (first.matches("[A-Za-z-]{1,20}") ? "\"" + first + "\"" : "the first argument")
              + " is no command";
    } else {
      int count = arguments.size();
      what = count == 1 ? "there is one argument too many" : count + " arguments are too many";
    }
    List<String> suggestions = wrong.getSuggestions();
    return suggestions.isEmpty() || (options.isEmpty() && what.startsWith("there"))
        ? what
        : what
            + ", did you mean "
            + String.join(" or ", suggestions.stream().limit(MOST_SUGGESTIONS).toList())
            + "?";
  }
}
