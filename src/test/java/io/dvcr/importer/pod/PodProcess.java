package io.dvcr.importer.pod;

import io.dvcr.testbed.Parts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/**
 * An importer pod in a process of its own, which can be killed: its places in a folder, its traffic
 * on loopback, its waits without time. The next one in the same folder is the pod's next container.
 */
@NullMarked
final class PodProcess implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private PodProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** What runs in the process. */
  public static void main(String[] arguments) throws IOException {
    Thread importing = Thread.currentThread();
    Thread end =
        new Thread(() -> {
          importing.interrupt();
          try {
            importing.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    Runtime.getRuntime().addShutdownHook(end);
    PodRun pod = PodRun.ofProcess(Path.of(arguments[0]));
    int exitCode = pod.run();
    System.err.print(pod.log());
    System.err.flush();
    Runtime.getRuntime().halt(exitCode);
  }

  /** Starts what {@code pod} describes. */
  static PodProcess start(PodRun pod) throws IOException {
    Path folder = pod.paths.terminationMessage().getParent();
    Path log = Files.createTempFile(folder, "log", "");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Parts.require("env").toString(),
                    "--default-signal=INT,TERM",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", // it lives for seconds
                    "-XX:+UseSerialGC",
                    "-Xmx192m",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/java.security=ALL-UNNAMED",
                    "--add-opens=java.base/sun.security.provider=ALL-UNNAMED",
                    "-cp",
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator)),
                    PodProcess.class.getName(),
                    String.valueOf(folder)))
            .redirectOutput(log.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(pod.environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new PodProcess(process, log);
  }

  /** As the kernel does it when memory runs out. */
  void kill() {
    process.destroyForcibly();
  }

  /** As Kubernetes does it to stop a container. */
  void terminate() {
    process.destroy();
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException {
    return exitCode(LONGEST);
  }

  /** The same, no longer than {@code limit}. */
  int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit)) {
      throw new AssertionError("the pod did not end within " + limit);
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
