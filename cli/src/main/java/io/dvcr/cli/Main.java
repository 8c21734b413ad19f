package io.dvcr.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import picocli.CommandLine;

/** The program {@code dvcr}. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Cancellation cancellation = Cancellation.install(Thread.currentThread());
    int exitCode;
    try {
      exitCode = run(Terminal.ofProcess(), arguments);
    } finally {
      cancellation.finished();
    }
    System.exit(exitCode);
  }

  /** Runs one command and gives its exit code. */
  static int run(Terminal terminal, String... arguments) {
    if (arguments.length > 0) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      switch (arguments[0]) {
        case ImporterProgram.NAME -> {
          return ImporterProgram.run(terminal, rest);
        }
        case UploaderProgram.NAME -> {
          return UploaderProgram.run(terminal, rest);
        }
        default -> {}
      }
    }
    CommandLine commandLine = commandLine(terminal);
    int exitCode;
    try {
      exitCode = commandLine.execute(arguments);
    } catch (Error e) { // not enough memory, for one: Java would end with the code 1
      return Output.of(commandLine, terminal).failed(e);
    }
    if (exitCode == ExitCode.DONE && terminal.out().checkError()) {
      new Output(terminal, false, false).say("can't write the result to standard output");
      return ExitCode.NOT_AS_ASKED;
    }
    return exitCode;
  }

  /** The whole command line, on a terminal. */
  static CommandLine commandLine(Terminal terminal) {
    CommandLine commandLine = new CommandLine(new DvcrCommand());
    commandLine.addSubcommand(new ImportCommand(terminal));
    commandLine.addSubcommand(new InspectCommand(terminal));
    commandLine.addSubcommand(new ExportCommand(terminal));
    commandLine.addSubcommand(new ListCommand(terminal));
    commandLine.addSubcommand(new CompletionCommand(terminal));
    commandLine.addSubcommand(new VersionCommand(terminal));
    commandLine.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    commandLine.setUsageHelpAutoWidth(true);
    // A file name may begin with @.
    commandLine.setExpandAtFiles(false);
    collectErrors(commandLine);
    // Only the program has a version; its commands would print nothing.
    commandLine.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .forEach(spec -> spec.remove(Objects.requireNonNull(spec.findOption("--version"))));
    commandLine.setParameterExceptionHandler((wrong, words) -> {
      Output.of(wrong.getCommandLine(), terminal).wrongUsage(wrong);
      return ExitCode.USAGE;
    });
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> Output.of(command, terminal).failed(failure));
    return commandLine;
  }

  /** The commands tell them together with their own: see {@link Problems}. */
  private static void collectErrors(CommandLine commandLine) {
    commandLine.getCommandSpec().parser().collectErrors(true);
    commandLine.getSubcommands().values().forEach(Main::collectErrors);
  }
}
