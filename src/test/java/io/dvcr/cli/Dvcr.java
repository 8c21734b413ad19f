package io.dvcr.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The program as tests run it inside their own process: piped, with an environment of its own. */
final class Dvcr {
  private Dvcr() {}

  /** How a command ended and what it wrote. */
  @SuppressWarnings("ArrayRecordComponent") // it is neither compared nor changed
  record Result(int exitCode, byte[] bytes, String err) {
    String out() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  static Result run(Object... arguments) {
    return run(Map.of(), InputStream.nullInputStream(), arguments);
  }

  static Result run(Map<String, String> environment, Object... arguments) {
    return run(environment, InputStream.nullInputStream(), arguments);
  }

  static Result runWithInput(byte[] input, Object... arguments) {
    return run(Map.of(), new ByteArrayInputStream(input), arguments);
  }

  /** With a standard output that takes nothing. */
  static Result runFull(Object... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    int exitCode =
        Main.run(terminal(Map.of(), InputStream.nullInputStream(), full, err), words(arguments));
    return new Result(exitCode, new byte[0], err.toString(StandardCharsets.UTF_8));
  }

  private static Result run(Map<String, String> environment, InputStream in, Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = Main.run(terminal(environment, in, out, err), words(arguments));
    return new Result(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  private static Terminal terminal(
      Map<String, String> environment, InputStream in, OutputStream out, OutputStream err) {
    return new Terminal(
        in,
        out,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        environment);
  }

  private static String[] words(Object... arguments) {
    return Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
  }
}
