package io.dvcr.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** CNCF distribution, the registry, on the loopback address; its storage is a folder. */
public final class RealRegistry implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+)");

  /** It takes a tenth of a second; more on a machine that does a lot besides. */
  private static final Duration TO_START = Duration.ofSeconds(30);

  /** Which one. */
  public enum Version {
    /** 3.1.1, built from its module. */
    V3("registry-3.1.1"),
    /** 2.8, Debian's. */
    V2("docker-registry");

    private final String program;

    Version(String program) {
      this.program = program;
    }
  }

  private final Path folder;
  private final Path program;
  private final RealRegistryConfig config;
  private final List<String> prefix;
  private RunningProgram running;
  private int port;

  private RealRegistry(Path folder, Path program, RealRegistryConfig config, List<String> prefix) {
    this.folder = folder;
    this.prefix = prefix;
    this.program = program;
    this.config = config;
    this.running = run(0);
    this.port = portOf(running);
  }

  /**
   * Starts one for everybody, without TLS; see {@link #start(Version, Path, RealRegistryConfig)}.
   */
  public static RealRegistry start(Version version, Path folder) {
    return start(version, folder, RealRegistryConfig.open());
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param folder for its configuration and storage; an empty one
   */
  public static RealRegistry start(Version version, Path folder, RealRegistryConfig config) {
    return new RealRegistry(folder, Parts.require(version.program), config, List.of());
  }

  /** The same for everybody in the network of a sandbox. */
  public static RealRegistry startIn(PodSandbox sandbox, Version version, Path folder) {
    Path program = Parts.require(version.program);
    return new RealRegistry(folder, program, RealRegistryConfig.open(), sandbox.inNetwork());
  }

  /** Host and port. */
  public String authority() {
    return "127.0.0.1:" + port;
  }

  public URI uri(String path) {
    return URI.create(config.scheme() + "://" + authority() + path);
  }

  /** The folder of blobs, manifests and uploads. */
  public Path storage() {
    return folder.resolve("storage");
  }

  /**
   * Upload sessions that were neither committed nor cancelled, over all repositories. After a
   * cancel distribution leaves the folder with the states of its hashes, but neither bytes nor the
   * time when it began: that is no session.
   */
  public int openUploadSessions() {
    AtomicInteger sessions = new AtomicInteger();
    try {
      Files.walkFileTree(storage(), new SessionCount(sessions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sessions.get();
  }

  private static final class SessionCount extends SimpleFileVisitor<Path> {
    private final AtomicInteger sessions;

    SessionCount(AtomicInteger sessions) {
      this.sessions = sessions;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      Path parent = directory.getParent();
      if (parent == null || !parent.endsWith("_uploads")) {
        return FileVisitResult.CONTINUE;
      }
      if (Files.exists(directory.resolve("data")) || Files.exists(directory.resolve("startedat"))) {
        sessions.incrementAndGet();
      }
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // the registry has removed it just now
      }
      throw e;
    }
  }

  /** Kills it and starts it again at the same port with the same storage. */
  public void restart() {
    running.kill();
    running = run(port);
    port = portOf(running);
  }

  /** The last lines of its log. */
  public String log() {
    return running.log();
  }

  @Override
  public void close() {
    running.close();
    config.close();
  }

  private RunningProgram run(int atPort) {
    try {
      Files.createDirectories(storage());
      Path file =
          Files.writeString(folder.resolve("config.yml"), config.yaml(folder, storage(), atPort));
      List<String> command = new ArrayList<>(prefix);
      command.addAll(List.of(program.toString(), "serve", file.toString()));
      return RunningProgram.start(folder, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int portOf(RunningProgram running) {
    try {
      return Integer.parseInt(running.awaitLine(LISTENING, TO_START).group(1));
    } catch (AssertionError e) {
      running.close();
      throw e;
    }
  }
}
