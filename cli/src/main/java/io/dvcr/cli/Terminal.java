package io.dvcr.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param bytes standard output for an image: it fails where {@code out} would only take a note
 * @param out standard output: results
 * @param err standard error: everything else
 * @param interactive whether a person watches standard error
 * @param environment its variables
 */
record Terminal(
    InputStream in,
    OutputStream bytes,
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Map<String, String> environment) {

  static Terminal ofProcess() {
    // The launcher knows: Java can't tell standard error from standard output.
    boolean interactive = "1".equals(System.getenv("DVCR_STDERR_IS_TERMINAL"));
    return new Terminal(
        // Unlike System.in, a channel's read ends when its thread is interrupted.
        Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()),
        new FileOutputStream(FileDescriptor.out),
        System.out,
        System.err,
        interactive,
        System.getenv());
  }

  /** Nothing comes in, and what goes out is lost. */
  static Terminal nowhere() {
    PrintStream lost = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        lost,
        lost,
        false,
        Map.of());
  }

  boolean colours() {
    return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** What a person types without an echo; empty without a person. */
  @SuppressWarnings("SystemConsoleNull") // it is null in JDK 25, whose default is java.base's again
  Optional<String> askSecret(String question) {
    @Nullable Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return Optional.empty();
    }
    char[] typed = console.readPassword("%s: ", question);
    return typed == null ? Optional.empty() : Optional.of(new String(typed));
  }
}
