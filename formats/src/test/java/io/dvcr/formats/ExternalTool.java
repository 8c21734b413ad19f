package io.dvcr.formats;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Programs that make or judge test images. Where one is missing a test is aborted with its name,
 * and fails if the environment variable CI is {@code true}: there nothing may be left out.
 */
final class ExternalTool {
  private ExternalTool() {}

  /** Runs a command in {@code folder}; its output. It must succeed. */
  static String run(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        fail(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      missing(command[0]);
      throw new UncheckedIOException(e);
    }
  }

  private static void missing(String tool) {
    if ("true".equals(System.getenv("CI"))) {
      fail(tool + " is missing");
    }
    abort(tool + " is missing");
  }
}
