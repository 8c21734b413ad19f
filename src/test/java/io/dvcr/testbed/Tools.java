package io.dvcr.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs real programs to their end. */
public final class Tools {
  /** Long enough for the slowest one on a busy machine; a program that hangs ends here. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** No program that the tests call prints more; the rest is read and dropped. */
  private static final int MAX_OUTPUT_BYTES = 16 << 20;

  private Tools() {}

  /**
   * What a program left.
   *
   * @param command the program and its arguments
   * @param exitCode zero for success, by custom
   * @param out standard output
   * @param err standard error
   */
  public record Result(List<String> command, int exitCode, String out, String err) {
    /**
     * This result, if the program succeeded.
     *
     * @throws AssertionError with everything it printed, if not
     */
    public Result expectSuccess() {
      if (exitCode != 0) {
        throw new AssertionError(this + " ended with " + exitCode + "\n" + out + err);
      }
      return this;
    }

    @Override
    public String toString() {
      return String.join(" ", command);
    }
  }

  /** Runs a program in the current folder, within two minutes; see {@link #runIn}. */
  public static Result run(String program, Object... arguments) {
    return runIn(Path.of(""), TIMEOUT, program, arguments);
  }

  /**
   * Runs a program, which gets no input, and waits for its end.
   *
   * @param program its name, for {@link Parts#require}
   * @param arguments anything, by its {@code toString}
   * @throws AssertionError if it is not done in time; it is killed then
   */
  public static Result runIn(Path folder, Duration timeout, String program, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Parts.require(program).toString());
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile()).start();
      return resultOf(process, command, timeout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result resultOf(Process process, List<String> command, Duration timeout)
      throws IOException {
    try {
      process.getOutputStream().close();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      if (!process.waitFor(timeout)) {
        throw new AssertionError(command + " was not done after " + timeout);
      }
      // Bounded, too: a child of the program may keep its output open.
      return new Result(command, process.exitValue(), await(out), await(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command, e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String await(CompletableFuture<String> text)
      throws IOException, InterruptedException {
    try {
      return text.get(10, TimeUnit.SECONDS); // the program has ended: its output is there
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("its output can't be read to the end", e);
    }
  }

  private static CompletableFuture<String> read(InputStream in) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (in) {
            byte[] kept = in.readNBytes(MAX_OUTPUT_BYTES);
            in.skip(Long.MAX_VALUE);
            text.complete(new String(kept, StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.completeExceptionally(e);
          }
        });
    return text;
  }
}
