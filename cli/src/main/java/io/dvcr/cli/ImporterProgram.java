package io.dvcr.cli;

import io.dvcr.importer.pod.ImporterPod;
import io.dvcr.importer.pod.KlogFlags;
import io.dvcr.importer.pod.PodLog;
import io.dvcr.importer.pod.PodPaths;
import io.dvcr.registry.RetryPolicy;
import java.time.Clock;
import java.util.List;

/** {@code dvcr importer}: what a pod runs; its settings come from the environment. */
final class ImporterProgram {
  static final String NAME = "importer";

  private ImporterProgram() {}

  /** Runs it; gives the exit code. */
  static int run(Terminal terminal, String... arguments) {
    boolean json = "json".equals(terminal.environment().get("IMPORTER_LOG_FORMAT"));
    PodLog log = new PodLog(terminal.err(), Clock.systemUTC(), json);
    List<String> problems = KlogFlags.problems(arguments);
    if (!problems.isEmpty()) {
      log.error(String.join("; ", problems));
      return ExitCode.USAGE;
    }
    return new ImporterPod(terminal.environment(), PodPaths.OF_PODS, log, RetryPolicy.ofPods())
        .run();
  }
}
