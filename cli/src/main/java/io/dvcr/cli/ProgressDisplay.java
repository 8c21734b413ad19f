package io.dvcr.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportProgress;
import io.dvcr.importer.ProgressMeter;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows on standard error how far an import is, until it is closed. */
final class ProgressDisplay implements AutoCloseable {
  /** How it is shown. */
  enum Mode {
    BAR,
    JSON,
    NONE
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long BAR_MILLISECONDS = 200;
  private static final long JSON_MILLISECONDS = 1000;
  private static final int BAR_WIDTH = 24;

  private final Mode mode;
  private final ProgressMeter meter;
  private final PrintStream err;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("progress").unstarted(task));

  private ProgressDisplay(Mode mode, ProgressMeter meter, PrintStream err) {
    this.mode = mode;
    this.meter = meter;
    this.err = err;
  }

  static ProgressDisplay start(Mode mode, ProgressMeter meter, Terminal terminal) {
    ProgressDisplay display = new ProgressDisplay(mode, meter, terminal.err());
    if (mode != Mode.NONE) {
      long period = mode == Mode.BAR ? BAR_MILLISECONDS : JSON_MILLISECONDS;
      var shown =
          display.timer.scheduleAtFixedRate(display::show, 0, period, TimeUnit.MILLISECONDS);
      assert !shown.isCancelled();
    }
    return display;
  }

  /** Shows the end. */
  void finish() {
    if (mode != Mode.NONE) {
      try {
        timer.submit(this::show).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void show() {
    ImportProgress now = meter.sample();
    if (mode == Mode.BAR) {
      err.print("\r" + bar(now) + "\033[K");
    } else {
      err.println(json(now));
    }
    err.flush();
  }

  private static String json(ImportProgress progress) {
    try {
      return JSON.writeValueAsString(progress);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String bar(ImportProgress now) {
    int filled = (int) (now.progress() * BAR_WIDTH / 100);
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%-9s ", now.phase()));
    line.append('[').repeat('#', filled).repeat('.', BAR_WIDTH - filled).append(']');
    line.append(String.format(Locale.ROOT, " %5.1f %%  ", now.progress()));
    line.append(Sizes.shown(now.received()));
    if (now.total() != null) {
      line.append(" of ").append(Sizes.shown(now.total()));
    }
    if (now.currentSpeed() != null) {
      line.append("  ").append(Sizes.shown(now.currentSpeed())).append("/s");
    }
    if (now.remainingSeconds() != null && now.progress() < 100) {
      line.append("  ").append(Sizes.shownTime(now.remainingSeconds())).append(" left");
    }
    return line.toString();
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      if (!timer.awaitTermination(1, TimeUnit.SECONDS)) {
        timer.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (mode == Mode.BAR) {
      err.println();
    }
  }
}
