package io.dvcr.cli;

import io.dvcr.contract.ImageEntry;
import io.dvcr.contract.Reason;
import io.dvcr.importer.ImageList;
import io.dvcr.importer.ImportException;
import io.dvcr.registry.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dvcr list}. */
@Command(
    name = "list",
    description = "Lists the images of a layout folder or of a registry repository.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  dvcr list registry.example.com/vms/debian"})
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "TARGET",
      description = "docker://host/repository or oci:FOLDER (${DEFAULT-VALUE}).",
      defaultValue = "oci:dvcr-images")
  private String target = "oci:dvcr-images";

  @Mixin private TargetOptions targetOptions = new TargetOptions();
  @Mixin private AccessOptions accessOptions = new AccessOptions();
  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  ListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ImportException {
    Output output = resultOptions.output(terminal);
    Problems problems = Problems.of(spec.commandLine());
    Location from =
        problems.value("TARGET", new Location.StandardInput(), () -> Location.target(target));
    try (Connections connections =
        new Connections(accessOptions, new SourceOptions(), targetOptions, problems, terminal)) {
      problems.throwIfAny();
      if (from instanceof Location.Layout(var folder, var tag) && !isLayout(folder)) {
        throw new ImportException(
            Reason.SOURCE_NOT_FOUND,
            "there is no image layout in " + folder + "; check the name, or import an image first");
      }
      try (Repository repository = connections.repository(from, false)) {
        return tell(new ImageList(repository), output);
      }
    }
  }

  /** A damaged image hides no other one. */
  private static int tell(ImageList images, Output output) throws ImportException {
    List<String> tags = images.tags();
    if (!output.isJson()) {
      output.line(row("TAG", "FORMAT", "VIRTUAL", "STORED", "CREATED"));
    }
    int exitCode = ExitCode.DONE;
    for (String tag : tags) {
      try {
        ImageEntry image = images.entry(tag);
        if (output.isJson()) {
          output.json(image);
        } else {
          output.line(row(image));
        }
      } catch (ImportException e) {
        if (e.reason().retryable()) {
          throw e; // all others would fail, too, each after all its tries
        }
        output.failed("tag", tag, e);
        exitCode = ExitCode.NOT_AS_ASKED;
      }
    }
    return exitCode;
  }

  /** OCI image spec, image-layout.md, "index.json file": it must be there. */
  private static boolean isLayout(Path folder) {
    return Files.isRegularFile(folder.resolve("index.json"));
  }

  private static String row(ImageEntry image) {
    return row(
        image.tag(),
        image.format() == null ? "?" : image.format(),
        size(image.virtualSize()),
        size(image.storedSize()),
        image.created() == null ? "?" : image.created().replaceFirst("\\.\\d+Z$", "Z"));
  }

  private static String size(@Nullable Long bytes) {
    return bytes == null ? "?" : Sizes.shown(bytes);
  }

  private static String row(String tag, String format, String virtual, String stored, String at) {
    return "%-32s %-6s %10s %10s  %s".formatted(tag, format, virtual, stored, at);
  }
}
