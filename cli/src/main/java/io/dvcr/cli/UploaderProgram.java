package io.dvcr.cli;

import io.dvcr.importer.pod.PodLog;
import io.dvcr.importer.pod.PodPaths;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.uploader.pod.UploaderPod;
import java.time.Clock;
import java.util.List;

/** {@code dvcr uploader}: what a pod runs; its settings are flags and the environment. */
final class UploaderProgram {
  static final String NAME = "uploader";

  private UploaderProgram() {}

  /** Runs it; gives the exit code. */
  static int run(Terminal terminal, String... arguments) {
    boolean json = "json".equals(terminal.environment().get("UPLOADER_LOG_FORMAT"));
    PodLog log = new PodLog(terminal.err(), Clock.systemUTC(), json);
    return new UploaderPod(
            terminal.environment(), List.of(arguments), PodPaths.OF_PODS, log, RetryPolicy.ofPods())
        .run();
  }
}
