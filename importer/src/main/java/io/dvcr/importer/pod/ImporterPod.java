package io.dvcr.importer.pod;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.Reason;
import io.dvcr.contract.TerminationMessage;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.ArtifactCopy;
import io.dvcr.importer.ImageImport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ImportRequest;
import io.dvcr.importer.ProgressMeter;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Reference;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One import as a pod does it: told by the environment, watched by its metrics, and ended by a
 * termination message that is always written.
 */
public final class ImporterPod {
  /** What never gets better ends the pod: its controller reads the message. */
  private static final int TOLD = 0;

  /** Without a message nobody would know why. */
  private static final int UNTOLD = 1;

  private static final int NOT_NOW = 75;

  /** 128 and SIGTERM. */
  private static final int TERMINATED = 143;

  /** Importers have always waited that long for a slow source. */
  static final Duration IDLE_LIMIT = Duration.ofMinutes(10);

  private final Map<String, String> environment;
  private final PodPaths paths;
  private final PodLog log;
  private final RetryPolicy retries;
  private final Duration idleLimit;
  private final long began = System.nanoTime();
  private final ProgressMeter progress = new ProgressMeter();
  private final LegWatches watches;
  private final MemoryShares memory = MemoryShares.of(Runtime.getRuntime().maxMemory());

  /**
   * @param retries how long a leg is tried again
   */
  public ImporterPod(
      Map<String, String> environment, PodPaths paths, PodLog log, RetryPolicy retries) {
    this(environment, paths, log, retries, IDLE_LIMIT);
  }

  /**
   * One of another patience.
   *
   * @param idleLimit as long as nothing may move on a connection
   */
  ImporterPod(
      Map<String, String> environment,
      PodPaths paths,
      PodLog log,
      RetryPolicy retries,
      Duration idleLimit) {
    this.idleLimit = idleLimit;
    this.environment = Map.copyOf(environment);
    this.paths = paths;
    this.log = log;
    this.retries = retries;
    this.watches = LegWatches.loggedTo(log);
  }

  /** Runs it; gives the exit code. */
  public int run() {
    String ownerUid = environment.getOrDefault("OWNER_UID", "");
    ProgressService service =
        ProgressService.start(paths, ownerUid, progress::sample, watches, log);
    try {
      return runToTheEnd(service);
    } finally {
      service.close();
    }
  }

  private int runToTheEnd(ProgressService service) {
    try {
      ImporterConfiguration configuration = ImporterConfiguration.parse(environment);
      boolean download = configuration.source() instanceof PodSource.Http;
      configuration.report().ifPresent(report -> service.reportTo(report, paths, download, log));
      return runWith(configuration);
    } catch (InvalidConfigurationException e) {
      return failed(String.valueOf(e.getMessage()), TOLD);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      return failed(
          "the import needs more memory than the %d MiB of its heap; give the pod a larger limit"
              .formatted(heap),
          TOLD);
    } catch (IOException | RuntimeException | Error e) {
      return failed("this is a bug of the importer: " + e, TOLD);
    }
  }

  private int runWith(ImporterConfiguration configuration)
      throws IOException, InvalidConfigurationException {
    try {
      return told(done(configuration)) ? TOLD : UNTOLD;
    } catch (ImportException e) {
      int exitCode =
          e.reason() == Reason.INTERRUPTED ? TERMINATED : e.reason().retryable() ? NOT_NOW : TOLD;
      return failed(FailureText.of(e, configuration.target()), exitCode);
    }
  }

  private TerminationMessage done(ImporterConfiguration configuration)
      throws ImportException, IOException, InvalidConfigurationException {
    String importing = "importing " + configuration.source() + " into " + configuration.target();
    PodState state = PodState.at(paths.state(), importing + ": " + configuration.result(), log);
    try (Legs legs =
        new Legs(configuration, paths, log, retries, idleLimit, watches, state, memory.held())) {
      log.info(importing);
      return configuration.source() instanceof PodSource.Dvcr(var artifact)
          ? copied(artifact, configuration.target(), legs, state)
          : imported(configuration, legs, state);
    }
  }

  /** Ends what a killed container began and nothing goes on with. */
  private void tidyUp(PodState state, Repository target) {
    state.orphans().forEach(session -> target.cancelUpload(session, session));
    state
        .last()
        .ifPresent(left -> {
          watches.resumedAt().set(left.upload().written());
          log.info("an earlier container had come to byte " + left.upload().written());
        });
  }

  private TerminationMessage copied(Reference artifact, Reference to, Legs legs, PodState state)
      throws ImportException {
    try (Repository source = legs.besideTarget(artifact);
        Repository target = legs.target()) {
      tidyUp(state, target);
      Descriptor copy = new ArtifactCopy(source, artifact, target, to, progress).run();
      log.info("done: copied " + copy.digest());
      return TerminationMessage.copied(elapsed());
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private TerminationMessage imported(
      ImporterConfiguration configuration, Legs legs, PodState state)
      throws ImportException, IOException, InvalidConfigurationException {
    DecoderLimits limits = memory.decoder();
    ImportRequest request =
        new ImportRequest(
            List.of(configuration.target().tag().orElseThrow()),
            configuration.checksums(),
            configuration.form(),
            configuration.compression(),
            Long.MAX_VALUE,
            limits,
            memory.held());
    try (ImageSource source = legs.source(limits);
        Repository target = legs.target()) {
      tidyUp(state, target);
      ImportReport report =
          new ImageImport(source, target, request, progress, Clock.systemUTC(), state).run();
      log.info("done: %s, %d bytes stored".formatted(report.format(), report.storedSize()));
      return TerminationMessage.imported(report, elapsed());
    }
  }

  private int failed(String sentence, int exitCode) {
    log.error(sentence);
    return told(TerminationMessage.failed(sentence)) ? exitCode : UNTOLD;
  }

  private boolean told(TerminationMessage message) {
    try {
      Files.write(paths.terminationMessage(), message.toBytes());
      return true;
    } catch (IOException e) {
      log.error("the termination message can't be written: " + e);
      return false;
    }
  }
}
