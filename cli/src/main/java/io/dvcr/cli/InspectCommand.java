package io.dvcr.cli;

import io.dvcr.contract.InspectReport;
import io.dvcr.contract.Reason;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.ImageInspection;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dvcr inspect}. */
@Command(
    name = "inspect",
    description = "Reads disk images to their end, verifies them and tells what they are.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  dvcr inspect disk.qcow2 https://example.com/a.vmdk --output json"})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "What to read.")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "What unpacking xz may take (${DEFAULT-VALUE}).",
      defaultValue = DecoderMemory.DEFAULT)
  private String memory = DecoderMemory.DEFAULT;

  @Mixin private SourceOptions sourceOptions = new SourceOptions();
  @Mixin private AccessOptions accessOptions = new AccessOptions();
  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ImportException, IOException {
    Output output = resultOptions.output(terminal);
    Problems problems = Problems.of(spec.commandLine());
    List<Location> locations =
        sources.stream()
            .map(text ->
                problems.<Location>value(
                    "SOURCE", new Location.StandardInput(), () -> Location.source(text)))
            .toList();
    if (sources.stream().filter("-"::equals).count() > 1) {
      problems.add("SOURCE: - is standard input, which can be read once only");
    }
    long xzMemory = problems.value("--memory", 0L, () -> DecoderMemory.parse(memory));
    DecoderLimits limits = new DecoderLimits(xzMemory, DecoderLimits.DEFAULT.zstdWindow());
    try (Connections connections =
        new Connections(accessOptions, sourceOptions, new TargetOptions(), problems, terminal)) {
      problems.throwIfAny();
      int worst = ExitCode.DONE;
      for (int i = 0; i < locations.size(); i++) {
        try (ImageSource source = connections.source(locations.get(i))) {
          tell(new ImageInspection(source, limits).run(), output);
        } catch (ImportException e) {
          if (e.reason() == Reason.INTERRUPTED) {
            throw e;
          }
          output.failed("source", Redacted.of(sources.get(i)), e);
          worst = worse(worst, e.reason().exitCode());
        }
      }
      return worst;
    }
  }

  /** Temporary failures count only if there are no others. */
  private static int worse(int before, int after) {
    return before == ExitCode.NOT_AS_ASKED ? before : after;
  }

  private static void tell(InspectReport report, Output output) {
    if (output.isJson()) {
      output.json(report);
      return;
    }
    String packed = report.compression() == null ? "" : ", packed with " + report.compression();
    output.line(
        "%s: %s, virtual size %s (%d bytes), file length %s%s"
            .formatted(
                report.source(),
                report.format(),
                Sizes.shown(report.virtualSize()),
                report.virtualSize(),
                Sizes.shown(report.storedSize()),
                packed));
  }
}
