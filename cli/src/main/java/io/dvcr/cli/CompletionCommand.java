package io.dvcr.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dvcr completion}. */
@Command(
    name = "completion",
    description = "Prints a completion script.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  source <(dvcr completion bash)"})
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SHELL",
      description = "bash or zsh.",
      completionCandidates = Words.Shells.class)
  private String shell = "";

  private final Terminal terminal;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Problems problems = Problems.of(spec.commandLine());
    boolean zsh = problems.value("SHELL", false, this::isZsh);
    problems.throwIfAny();
    // The script serves both: zsh has to be told to read bash's.
    if (zsh) {
      terminal.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    terminal.out().println(AutoComplete.bash("dvcr", spec.root().commandLine()));
    return ExitCode.DONE;
  }

  private boolean isZsh() {
    return switch (shell) {
      case "bash" -> false;
      case "zsh" -> true;
      default -> throw new IllegalArgumentException("\"" + shell + "\" is none of bash and zsh");
    };
  }
}
