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
  /** The shells that are known. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell = Shell.bash;

  private final Terminal terminal;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    // The script serves both: in zsh it turns on bash's completion by itself.
    if (shell == Shell.zsh) {
      terminal.out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    terminal.out().println(AutoComplete.bash("dvcr", spec.root().commandLine()));
    return ExitCode.DONE;
  }
}
