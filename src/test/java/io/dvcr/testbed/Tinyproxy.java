package io.dvcr.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** tinyproxy, for http and as a tunnel, in the network of a sandbox. */
public final class Tinyproxy implements AutoCloseable {
  /** Of the sandbox, which nobody else uses. */
  private static final int PORT = 8888;

  private static final Pattern STARTED = Pattern.compile("Accepting connections");
  private static final Duration TO_START = Duration.ofSeconds(30);

  private final RunningProgram running;

  private Tinyproxy(RunningProgram running) {
    this.running = running;
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param folder for its configuration
   */
  public static Tinyproxy startIn(PodSandbox sandbox, Path folder) {
    try {
      // Any port may be tunnelled to: there is no ConnectPort.
      Path config =
          Files.writeString(
              folder.resolve("tinyproxy.conf"),
              "Port %d\nListen 127.0.0.1\nTimeout 60\nLogLevel Info\nMaxClients 20\n"
                  .formatted(PORT));
      List<String> command = new ArrayList<>(sandbox.inNetwork());
      command.addAll(List.of(Parts.require("tinyproxy").toString(), "-d", "-c", config.toString()));
      RunningProgram running = RunningProgram.start(folder, command);
      MatchResult ignored = running.awaitLine(STARTED, TO_START);
      return new Tinyproxy(running);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + PORT;
  }

  /** The last lines of its log: a request each. */
  public String log() {
    return running.log();
  }

  @Override
  public void close() {
    running.close();
  }
}
