package io.dvcr.cli;

import io.dvcr.cli.ConnectionOptions.Connections;
import io.dvcr.contract.Reason;
import io.dvcr.importer.ImageExport;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.RegistrySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      "  dvcr export registry.example.com/vms/debian:12 - | qemu-img dd …"
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

  @Mixin private ConnectionOptions connectionOptions = new ConnectionOptions();
  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ImportException, IOException {
    Output output = resultOptions.output(terminal);
    Problems problems = new Problems();
    Location from =
        problems.value("TARGET", new Location.StandardInput(), () -> Location.target(target));
    try (Connections connections = connectionOptions.connections(problems, terminal)) {
      problems.throwIfAny(spec.commandLine());
      Path path = Path.of(file);
      if (!file.equals("-") && !force && Files.exists(path)) {
        throw new ImportException(
            Reason.REGISTRY_REJECTED, path + " exists; replace it with --force");
      }
      try (RegistrySource artifact = connections.artifact(from)) {
        long bytes =
            file.equals("-")
                ? ImageExport.toStream(artifact, terminal.out())
                : ImageExport.toFile(artifact, path);
        if (output.isJson() && !file.equals("-")) {
          output.json(Map.of("file", file, "storedSize", bytes));
        } else if (!file.equals("-")) {
          output.line(path + ": " + Sizes.shown(bytes));
        }
        return ExitCode.DONE;
      }
    }
  }
}
