package io.dvcr.importer.pod;

import io.dvcr.registry.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Counts and logs how often one leg of the import was tried again. */
public final class LegWatch implements RetryPolicy.Watcher {
  private final String leg;
  private final PodLog log;
  private final AtomicLong retries = new AtomicLong();

  /**
   * @param leg source or target
   */
  LegWatch(String leg, PodLog log) {
    this.leg = leg;
    this.log = log;
  }

  String leg() {
    return leg;
  }

  long retries() {
    return retries.get();
  }

  @Override
  public void triesAgain(Duration wait, IOException failure) {
    retries.incrementAndGet();
    log.warn(
        "the %s failed, it is tried again in %d s: %s"
            .formatted(leg, wait.toSeconds(), failure.getMessage()));
  }
}
