package io.dvcr.importer.pod;

import io.dvcr.contract.ImportProgress;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a resource's status at the latest progress, on a thread of its own: whoever reports never
 * waits, and an API server that is slow, absent or unwilling costs the work nothing. It is written
 * at most once a second; the latest value wins. Owns the {@link ResourceStatus}.
 */
final class StatusReporter {
  /** From one answer to the next request, so that no slow way brings two requests together. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** After failures: 2, 4, 8 seconds and so on. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** After a change by somebody else it is looked at and written again, at once. */
  private static final int TRIES = 2;

  /** How long the end of the work waits for the last value: its turn and half a second more. */
  private static final Duration LAST_LIMIT = Duration.ofMillis(1500);

  private final ResourceStatus resource;
  private final boolean speed;
  private final PodLog log;
  private final Thread thread;

  // What the reporting side says, guarded by this.
  private @Nullable ImportProgress latest;
  private boolean ended;

  // Of the thread alone.
  private boolean floorKnown;
  private double floor;
  private Map<String, Object> applied = Map.of();
  private boolean over;
  private int failures;
  private long nextTurn = System.nanoTime();
  private long pauseUntil = nextTurn;

  private StatusReporter(ResourceStatus resource, boolean speed, PodLog log) {
    this.resource = resource;
    this.speed = speed;
    this.log = log;
    this.thread = Thread.ofVirtual().name("report").unstarted(this::run);
  }

  /**
   * Starts to report.
   *
   * @param speed whether speeds are told
   */
  static StatusReporter start(ResourceStatus resource, boolean speed, PodLog log) {
    StatusReporter reporter = new StatusReporter(resource, speed, log);
    reporter.thread.start();
    return reporter;
  }

  /** This is the state now. */
  synchronized void report(ImportProgress now) {
    latest = now;
    notifyAll();
  }

  /**
   * This is the last state. Waits until it is applied, but {@link #LAST_LIMIT} at most, also on an
   * interrupted thread; then all is closed.
   */
  void finish(ImportProgress last) {
    synchronized (this) {
      latest = last;
      ended = true;
      notifyAll();
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.join(LAST_LIMIT)) {
        log.warn("the last progress may not have reached " + resource);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    thread.interrupt();
    resource.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!over) {
        awaitTurn();
        attempt();
        nextTurn = System.nanoTime() + INTERVAL.toNanos();
      }
    } catch (InterruptedException e) {
      // Nobody waits for the last value any more.
    }
  }

  /** Waits until there is something to do and a request may be sent. */
  private synchronized void awaitTurn() throws InterruptedException {
    while (true) {
      long turn = ended ? nextTurn : Math.max(nextTurn, pauseUntil);
      long left = turn - System.nanoTime();
      boolean work = latest != null;
      if (work && left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, work ? left : Long.MAX_VALUE);
    }
  }

  private void attempt() throws InterruptedException {
    try {
      boolean settled = false;
      for (int i = 0; i < TRIES && !settled; i++) {
        if (!floorKnown) {
          learnFloor();
        }
        settled = over || apply();
      }
    } catch (ResourceGoneException e) {
      over = true;
      log.warn("progress is not reported any more: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  /** Another container of this pod, or another pod, may have come further. */
  private void learnFloor() throws IOException, ResourceGoneException {
    floor = Math.max(floor, StatusReport.percent(resource.progress()));
    floorKnown = true;
    if (floor >= StatusReport.COMPLETE) {
      over = true;
      log.info("progress is not reported: " + resource + " is complete");
    }
  }

  /** Gives whether the resource has the latest value. */
  private boolean apply() throws IOException {
    StatusReport report = next();
    Map<String, Object> fields = report.fields();
    if (!fields.equals(applied) && !resource.apply(fields)) {
      floorKnown = false;
      return false;
    }
    applied = fields;
    over = report.ended();
    if (failures > 0) {
      failures = 0;
      log.info("progress is reported to " + resource + " again");
    }
    return true;
  }

  private synchronized StatusReport next() {
    return new StatusReport(Objects.requireNonNull(latest), floor, speed, ended);
  }

  /** What is wrong shows when the resource is looked at again, which comes next. */
  private void failed(Exception why) throws InterruptedException {
    synchronized (this) {
      over = ended;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
    failures++;
    if (failures == 1) {
      log.warn("progress is not reported to " + resource + " for now: " + why.getMessage());
    }
    floorKnown = false;
    long pause = Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(failures, 6));
    pauseUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(pause);
  }
}
