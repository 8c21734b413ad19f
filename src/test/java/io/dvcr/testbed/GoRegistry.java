package io.dvcr.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** go-containerregistry's registry, on the loopback address; it keeps everything in memory. */
public final class GoRegistry implements AutoCloseable {
  private static final String PROGRAM = "gcr-registry-0.22.1";
  private static final Pattern SERVING = Pattern.compile("serving on port ([0-9]+)");
  private static final Duration TO_START = Duration.ofSeconds(30);

  private final RunningProgram running;
  private final int port;

  private GoRegistry(RunningProgram running) {
    this.running = running;
    this.port = Integer.parseInt(running.awaitLine(SERVING, TO_START).group(1));
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param folder where it runs; it writes nothing there
   */
  public static GoRegistry start(Path folder) {
    List<String> command = List.of(Parts.require(PROGRAM).toString(), "-port", "0");
    return new GoRegistry(RunningProgram.start(folder, command));
  }

  /** Host and port. */
  public String authority() {
    return "127.0.0.1:" + port;
  }

  /** The last lines of its log. */
  public String log() {
    return running.log();
  }

  @Override
  public void close() {
    running.close();
  }
}
