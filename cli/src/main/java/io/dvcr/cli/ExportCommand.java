package io.dvcr.cli;

import io.dvcr.contract.Reason;
import io.dvcr.importer.ImageExport;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.RegistrySource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dvcr export}. */
@Command(
    name = "export",
    description = "Writes the disk image of an artifact into a file.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  dvcr export oci:dvcr-images:debian-12 debian.qcow2",
      "  dvcr export registry.example.com/vms/debian:12 - | zstd > debian.zst"
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "TARGET",
      description = "docker://host/repository[:tag] or oci:FOLDER[:TAG].")
  private String target = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "Where to write; - is standard output.")
  private String file = "";

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  @Mixin private TargetOptions targetOptions = new TargetOptions();
  @Mixin private AccessOptions accessOptions = new AccessOptions();
  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ImportException, IOException {
    Output output = resultOptions.output(terminal);
    Problems problems = Problems.of(spec.commandLine());
    Location from =
        problems.value("TARGET", new Location.StandardInput(), () -> Location.target(target));
    Path to = problems.value("FILE", Path.of(""), this::path);
    try (Connections connections =
        new Connections(accessOptions, new SourceOptions(), targetOptions, problems, terminal)) {
      problems.throwIfAny();
      boolean toStandardOutput = file.equals("-");
      if (!toStandardOutput) {
        refuseToOverwrite(to);
      }
      try (RegistrySource artifact = connections.artifact(from)) {
        if (toStandardOutput) {
          ImageExport.toStream(artifact, terminal.bytes());
        } else {
          tell(write(artifact, to), output);
        }
        return ExitCode.DONE;
      }
    }
  }

  private Path path() {
    if (file.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return Path.of(file);
  }

  private void refuseToOverwrite(Path to) throws ImportException {
    if (Files.isDirectory(to)) {
      throw new ImportException(
          Reason.OUTPUT_UNWRITABLE, "can't write " + to + ": it is a folder; name a file in it");
    }
    if (!force && Files.exists(to)) {
      throw new ImportException(
          Reason.OUTPUT_UNWRITABLE,
          "can't write " + to + ": it exists; name another file or replace it with --force");
    }
  }

  /** A file gets its name when it is whole; into a device or pipe is written as it is. */
  private static long write(RegistrySource artifact, Path to) throws ImportException, IOException {
    if (!Files.exists(to) || Files.isRegularFile(to)) {
      return ImageExport.toFile(artifact, to);
    }
    try (OutputStream device = Files.newOutputStream(to, StandardOpenOption.WRITE)) {
      return ImageExport.toStream(artifact, device);
    }
  }

  private void tell(long bytes, Output output) {
    if (output.isJson()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("file", file);
      line.put("storedSize", bytes);
      output.json(line);
    } else {
      output.line(file + ": " + Sizes.shown(bytes));
    }
  }
}
