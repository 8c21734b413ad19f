package io.dvcr.importer.pod;

import io.dvcr.contract.ImportProgress;
import io.dvcr.importer.ProgressMeter;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far an import is, from its first moment on: sampled once a second, however often asked.
 */
final class ProgressService implements AutoCloseable {
  private final Optional<MetricsServer> server;
  private final ProgressMeter meter;
  private volatile @Nullable StatusReporter reporter;
  private final ScheduledExecutorService sampling =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("progress").factory());

  private ProgressService(Optional<MetricsServer> server, ProgressMeter meter) {
    this.server = server;
    this.meter = meter;
  }

  /** An import without metrics is better than none: what goes wrong is logged. */
  static ProgressService start(
      PodPaths paths, String ownerUid, ProgressMeter meter, LegWatches watches, PodLog log) {
    ProgressMetrics metrics = new ProgressMetrics(ownerUid, watches);
    ProgressService service = new ProgressService(serve(paths, metrics, log), meter);
    ScheduledFuture<?> ticking =
        service.sampling.scheduleAtFixedRate(() -> service.sample(metrics), 0, 1, TimeUnit.SECONDS);
    assert !ticking.isDone();
    return service;
  }

  /** Tells it to a resource, too, from now on. The reporter is finished with this service. */
  void reportTo(StatusReporter started) {
    reporter = started;
  }

  private void sample(ProgressMetrics metrics) {
    ImportProgress now = meter.sample();
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
      told.finish(meter.sample());
    }
    server.ifPresent(MetricsServer::close);
  }
}
