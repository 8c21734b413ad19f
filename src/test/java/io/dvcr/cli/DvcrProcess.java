package io.dvcr.cli;

import io.dvcr.testbed.Parts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, its output in two files. */
public final class DvcrProcess implements AutoCloseable {
  private static final long LONGEST_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;

  private DvcrProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The command with which another program starts it. */
  public static List<String> command() {
    return List.of(
        // Whoever started the tests may have had signals ignored, as shells do in the background.
        Parts.require("env").toString(),
        "--default-signal=INT,TERM",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", // it lives for a second
        "-XX:+UseSerialGC",
        "-Xmx192m",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow(),
        "io.dvcr.cli.Main");
  }

  /** What the command needs of this machine: Java, the classes and the libraries. */
  public static List<Path> files() {
    Set<Path> files = new TreeSet<>(Set.of(Path.of(System.getProperty("java.home"))));
    Path root = Parts.projectRoot();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath().normalize();
      files.add(path.startsWith(root) ? root : path);
    }
    return List.copyOf(files);
  }

  static DvcrProcess start(Path folder, Object... arguments) {
    List<String> command = new ArrayList<>(command());
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      return new DvcrProcess(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    Path kill = Parts.require("kill");
    int code =
        new ProcessBuilder(kill.toString(), "-s", name, String.valueOf(process.pid()))
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("kill ended with " + code);
    }
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("dvcr did not end");
    }
    return process.exitValue();
  }

  String out() throws IOException {
    return Files.readString(out);
  }

  String err() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
