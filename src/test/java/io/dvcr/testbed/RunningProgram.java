package io.dvcr.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real server that runs beside a test until it is closed. Its output is its log. */
final class RunningProgram implements AutoCloseable {
  /** What is kept of the log: enough to see why a test failed. */
  private static final int MAX_LINES = 500;

  private static final Duration TO_STOP = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private final Deque<String> lines = new ArrayDeque<>();
  private boolean ended;

  private RunningProgram(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread.ofVirtual().name(name + "-log").start(this::readLog);
  }

  /** Starts it in {@code folder}. */
  static RunningProgram start(Path folder, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new RunningProgram(Path.of(command.getFirst()).getFileName().toString(), process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until a line of the log has the pattern.
   *
   * @throws AssertionError with the log, if the program ends before or takes too long
   */
  synchronized MatchResult awaitLine(Pattern pattern, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      for (String line : lines) {
        Matcher matcher = pattern.matcher(line);
        if (matcher.find()) {
          return matcher.toMatchResult();
        }
      }
      long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (ended || left <= 0) {
        throw new AssertionError(
            name + " said nothing like " + pattern + (ended ? " and ended" : "") + "\n" + log());
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for " + name, e);
      }
    }
  }

  /** The last lines that it printed. */
  synchronized String log() {
    return String.join("\n", lines);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it, as a node does that fails. */
  void kill() {
    process.destroyForcibly();
    try {
      boolean ignored = process.waitFor(TO_STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops it, with force if it does not. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(TO_STOP)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  private void readLog() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add(e.toString());
    }
    synchronized (this) {
      ended = true;
      notifyAll();
    }
  }

  private synchronized void add(String line) {
    if (lines.size() == MAX_LINES) {
      lines.removeFirst();
    }
    lines.add(line);
    notifyAll();
  }
}
