package io.dvcr.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs other programs to their end. */
final class Commands {
  private Commands() {}

  /**
   * Runs one; gives what it printed on both of its outputs.
   *
   * @param environment variables beside those of this process
   * @throws IOException with what it printed, if it fails
   */
  static String run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(String.join(" ", command), exitCode, printed));
    }
    return printed;
  }
}
