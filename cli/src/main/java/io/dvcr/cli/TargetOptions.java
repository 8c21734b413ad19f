package io.dvcr.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a registry is reached that is no source; options of every command that has one. */
final class TargetOptions {
  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates that the registry may be signed by, PEM.")
  @Nullable Path ca;

  @Option(
      names = "--insecure",
      description = "Trust every certificate of the registry, and speak http to it if need be.")
  boolean insecure;
}
