package io.dvcr.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code dvcr version}. */
@Command(
    name = "version",
    description = "Tells version, commit and Java.",
    mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  VersionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Problems.of(spec.commandLine()).throwIfAny();
    Output output = resultOptions.output(terminal);
    if (output.isJson()) {
      Map<String, String> version = new LinkedHashMap<>();
      version.put("version", build().getProperty("version", "unknown"));
      version.put("commit", commit());
      version.put("java", Runtime.version().toString());
      output.json(version);
    } else {
      output.line(line());
    }
    return ExitCode.DONE;
  }

  private static String line() {
    return "dvcr %s, commit %s, Java %s"
        .formatted(
            build().getProperty("version", "unknown"), commit(), Runtime.version().toString());
  }

  /**
   * The launcher asks git: a build must not differ from commit to commit where the code does not.
   */
  private static String commit() {
    String commit = System.getenv("DVCR_COMMIT");
    return commit == null || commit.isEmpty() ? "unknown" : commit;
  }

  private static Properties build() {
    Properties properties = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // Unknown, then.
    }
    return properties;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {line()};
    }
  }
}
