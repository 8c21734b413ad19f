package io.dvcr.importer.pod;

import io.dvcr.contract.ImportProgress;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far an import is, from its first moment on: sampled once a second, however often asked.
 */
public final class ProgressService implements AutoCloseable {
  private final Optional<MetricsServer> server;
  private final Supplier<ImportProgress> progress;
  private volatile @Nullable StatusReporter reporter;
  private final ScheduledExecutorService sampling =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("progress").factory());

  private ProgressService(Optional<MetricsServer> server, Supplier<ImportProgress> progress) {
    this.server = server;
    this.progress = progress;
  }

  /**
   * An import without metrics is better than none: what goes wrong is logged.
   *
   * @param progress is asked once a second, by one thread
   */
  public static ProgressService start(
      PodPaths paths,
      String ownerUid,
      Supplier<ImportProgress> progress,
      LegWatches watches,
      PodLog log) {
    ProgressMetrics metrics = new ProgressMetrics(ownerUid, watches);
    ProgressService service = new ProgressService(serve(paths, metrics, log), progress);
    ScheduledFuture<?> ticking =
        service.sampling.scheduleAtFixedRate(() -> service.sample(metrics), 0, 1, TimeUnit.SECONDS);
    assert !ticking.isDone();
    return service;
  }

  /**
   * Tells it to a resource, too, from now on.
   *
   * @param download whether the speed is that of a download
   */
  public void reportTo(ReportConfiguration report, PodPaths paths, boolean download, PodLog log) {
    reporter =
        StatusReporter.start(new ResourceStatus(report, paths.serviceAccount()), download, log);
  }

  private void sample(ProgressMetrics metrics) {
    ImportProgress now = progress.get();
    metrics.set(now);
    StatusReporter told = reporter;
    if (told != null) {
      told.report(now);
    }
  }

  private static Optional<MetricsServer> serve(
      PodPaths paths, ProgressMetrics metrics, PodLog log) {
    try {
      return Optional.of(MetricsServer.start(paths.metrics(), metrics::text));
    } catch (IOException e) {
      log.warn("progress is not served on " + paths.metrics() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    sampling.shutdownNow();
    StatusReporter told = reporter;
    if (told != null) {
      told.finish(progress.get());
    }
    server.ifPresent(MetricsServer::close);
  }
}
