package io.dvcr.uploader.pod;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.Reason;
import io.dvcr.contract.TerminationMessage;
import io.dvcr.importer.ImageImport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ImportRequest;
import io.dvcr.importer.ProgressMeter;
import io.dvcr.importer.pod.InvalidConfigurationException;
import io.dvcr.importer.pod.LegWatches;
import io.dvcr.importer.pod.MemoryShares;
import io.dvcr.importer.pod.PodLog;
import io.dvcr.importer.pod.PodPaths;
import io.dvcr.importer.pod.ProgressService;
import io.dvcr.importer.pod.TargetLeg;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.SessionLog;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.uploader.HealthServer;
import io.dvcr.uploader.UploadServer;
import io.dvcr.uploader.UploadServerOptions;
import io.dvcr.uploader.UploadTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Uploads as a pod takes them, until one was stored or its content will never do; whatever else
 * fails, the next one is accepted at the same place.
 */
public final class UploaderPod {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  /** 128 and SIGTERM. */
  private static final int TERMINATED = 143;

  /** Of which nothing is said to the client, who asks once a second. */
  private static final String PATH = "/upload";

  /** As nginx waits for a head (client_header_timeout). */
  private static final Duration HEAD_LIMIT = Duration.ofSeconds(60);

  /** The same bytes will be refused again. */
  private static final Set<Reason> VERDICTS =
      Set.of(
          Reason.CHECKSUM_MISMATCH,
          Reason.UNSUPPORTED_FORMAT,
          Reason.MALFORMED_IMAGE,
          Reason.UNSAFE_IMAGE,
          Reason.LIMIT_EXCEEDED);

  private final Map<String, String> environment;
  private final String[] arguments;
  private final PodPaths paths;
  private final PodLog log;
  private final RetryPolicy retries;
  private final LegWatches watches;
  private final MemoryShares memory = MemoryShares.of(Runtime.getRuntime().maxMemory());
  private final UploadProgress progress = new UploadProgress();
  private final CompletableFuture<TerminationMessage> end = new CompletableFuture<>();

  /**
   * @param retries how long the registry is tried again
   */
  public UploaderPod(
      Map<String, String> environment,
      List<String> arguments,
      PodPaths paths,
      PodLog log,
      RetryPolicy retries) {
    this.environment = Map.copyOf(environment);
    this.arguments = arguments.toArray(String[]::new);
    this.paths = paths;
    this.log = log;
    this.retries = retries;
    this.watches = LegWatches.loggedTo(log);
  }

  /** Runs until the end; gives the exit code. */
  public int run() {
    try {
      UploaderConfiguration configuration = UploaderConfiguration.parse(environment, arguments);
      try (EventLoops loops = new EventLoops()) {
        return serve(configuration, leg(configuration, loops));
      }
    } catch (InvalidConfigurationException | IOException e) {
      log.error(String.valueOf(e.getMessage()));
      boolean ignored = told(TerminationMessage.failed(String.valueOf(e.getMessage())));
      return FAILED;
    }
  }

  private TargetLeg leg(UploaderConfiguration configuration, EventLoops loops)
      throws InvalidConfigurationException {
    return new TargetLeg(
        configuration.targetAccess(),
        ConnectorOptions.DEFAULT.with(configuration.proxies()),
        retries.watchedBy(watches.target()),
        SessionLog.NONE,
        memory.held(),
        loops);
  }

  private int serve(UploaderConfiguration configuration, TargetLeg leg) throws IOException {
    UploadTarget target = (upload, meter) -> stored(upload, meter, configuration, leg);
    try (UploadServer uploads = UploadServer.start(options(configuration), target);
        HealthServer health = HealthServer.start(configuration.health());
        ProgressService service =
            ProgressService.start(
                paths, configuration.ownerUid(), progress::sample, watches, log)) {
      configuration.report().ifPresent(report -> service.reportTo(report, paths, false, log));
      log.info(
          "taking uploads on port %d, health on port %d".formatted(uploads.port(), health.port()));
      TerminationMessage message = end.get();
      uploads.finish();
      return told(message) ? DONE : FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.error("stopped before a disk image was uploaded");
      return TERMINATED;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static UploadServerOptions options(UploaderConfiguration configuration) {
    return new UploadServerOptions(
        configuration.listen(),
        configuration.tls(),
        PATH,
        configuration.publicUrl(),
        HEAD_LIMIT,
        configuration.idleLimit(),
        configuration.keep(),
        configuration.maxSize(),
        UploaderRemedies::of);
  }

  /** One upload, on a thread of its own. */
  private ImportReport stored(
      ImageSource upload, ProgressMeter meter, UploaderConfiguration configuration, TargetLeg leg)
      throws ImportException {
    long began = System.nanoTime();
    progress.isOf(meter);
    log.info("an upload begins");
    ImportRequest request =
        new ImportRequest(
            List.of(configuration.target().tag().orElseThrow()),
            configuration.checksums(),
            configuration.form(),
            configuration.compression(),
            Long.MAX_VALUE,
            memory.decoder(),
            memory.held());
    try (Repository repository = leg.repository(configuration.target(), true)) {
      ImportReport report =
          new ImageImport(upload, repository, request, meter, Clock.systemUTC()).run();
      log.info("done: %s, %d bytes stored".formatted(report.format(), report.storedSize()));
      Duration duration = Duration.ofNanos(System.nanoTime() - began);
      end.complete(TerminationMessage.imported(report, duration));
      return report;
    } catch (ImportException e) {
      String sentence = e.told(UploaderRemedies::of);
      log.error(sentence);
      if (VERDICTS.contains(e.reason())) {
        end.complete(TerminationMessage.failed(sentence));
      }
      throw e;
    }
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
