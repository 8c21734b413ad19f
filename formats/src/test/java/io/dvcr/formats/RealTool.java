package io.dvcr.formats;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a program that the tests compare us with. Where it is missing the test is aborted, and fails
 * if the environment says {@code CI=true}: there, nothing may be left out unseen.
 */
final class RealTool {
  private final int exit;
  private final byte[] output;
  private final String errors;

  private RealTool(int exit, byte[] output, String errors) {
    this.exit = exit;
    this.output = output;
    this.errors = errors;
  }

  /** The standard output of {@code command}, which must succeed. */
  static byte[] pipe(byte[] input, String... command) throws IOException {
    RealTool run = run(input, command);
    if (run.exit != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + run.errors);
    }
    return run.output;
  }

  /** Whether {@code command} exits with 0. */
  static boolean accepts(byte[] input, String... command) throws IOException {
    return run(input, command).exit == 0;
  }

  /** Those of {@code files} for which {@code program option file} does not exit with 0. */
  static List<String> refusing(String program, String option, List<String> files)
      throws IOException {
    require(program);
    String script = "p=$1 o=$2; shift 2; for f; do $p $o \"$f\" 2>/dev/null || echo \"$f\"; done";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh", program, option));
    command.addAll(files);
    byte[] refused = pipe(new byte[0], command.toArray(String[]::new));
    return new String(refused, StandardCharsets.UTF_8).lines().toList();
  }

  private static RealTool run(byte[] input, String... command) throws IOException {
    require(command[0]);
    Path folder = Files.createTempDirectory("tool");
    Path in = Files.write(folder.resolve("in"), input);
    Path out = Files.createFile(folder.resolve("out"));
    Path err = Files.createFile(folder.resolve("err"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      int exit = process.waitFor();
      String errors = Files.readString(err, StandardCharsets.ISO_8859_1);
      return new RealTool(exit, Files.readAllBytes(out), errors);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      for (Path file : new Path[] {in, out, err, folder}) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void require(String program) {
    boolean present =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    if (!present && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(program + " is not installed");
    }
    Assumptions.assumeTrue(present, program + " is not installed");
  }
}
