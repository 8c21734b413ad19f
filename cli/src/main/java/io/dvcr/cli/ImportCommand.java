package io.dvcr.cli;

import io.dvcr.contract.ImportReport;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.Checksums;
import io.dvcr.importer.ImageImport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ImportRequest;
import io.dvcr.importer.LayerCompression;
import io.dvcr.importer.ProgressMeter;
import io.dvcr.importer.StoredForm;
import io.dvcr.registry.Reference;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dvcr import}. */
@Command(
    name = "import",
    description = "Imports a disk image into a registry or an image layout folder.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "SOURCE: an http or https URL, docker://host/repository[:tag], oci:FOLDER[:TAG], a file or",
      "block device, - for standard input.",
      "",
      "Examples:",
      "  dvcr import https://example.com/debian-12.qcow2",
      "  dvcr import disk.raw.xz --to registry.example.com/vms/disk:1",
      "  dvcr import https://example.com/a.iso --checksum sha256:2cf24d…"
    })
final class ImportCommand implements Callable<Integer> {
  private static final Path DEFAULT_FOLDER = Path.of("dvcr-images");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SOURCE", description = "What to import.")
  private String source = "";

  @Option(
      names = "--to",
      paramLabel = "TARGET",
      description =
          "docker://host/repository[:tag] or oci:FOLDER[:TAG]; default: the folder dvcr-images."
              + " Without a tag: the tag of an image of a registry or folder, else the source's"
              + " file name without its suffixes.")
  private @Nullable String target;

  @Option(
      names = "--additional-tag",
      paramLabel = "TAG",
      description = "Another tag of the same image, without a second upload; repeatable.")
  private List<String> additionalTags = new ArrayList<>();

  @Option(
      names = "--checksum",
      paramLabel = "ALG:HEX",
      description =
          "What the bytes received must have: md5, sha1, sha256, sha512, streebog256 or"
              + " streebog512; repeatable.")
  private List<String> checksums = new ArrayList<>();

  @Option(
      names = "--layer-compression",
      paramLabel = "auto|none|zstd",
      completionCandidates = Words.Compressions.class,
      description =
          "How the layer is stored; auto compresses raw disks and what shrinks by a quarter"
              + " (${DEFAULT-VALUE}).",
      defaultValue = "auto")
  private String layerCompression = "auto";

  @Option(names = "--as-received", description = "Store a packed source packed, as it came.")
  private boolean asReceived;

  @Option(
      names = "--max-virtual-size",
      paramLabel = "SIZE",
      description = "Refuse disks that are larger for the guest.")
  private @Nullable String maxVirtualSize;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "What unpacking xz may take (${DEFAULT-VALUE}).",
      defaultValue = DecoderMemory.DEFAULT)
  private String memory = DecoderMemory.DEFAULT;

  @Option(
      names = "--progress",
      paramLabel = "auto|bar|json|none",
      completionCandidates = Words.ProgressModes.class,
      description = "How progress is shown on standard error (${DEFAULT-VALUE}).",
      defaultValue = "auto")
  private String progress = "auto";

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress and no hints.")
  private boolean quiet;

  @Mixin private SourceOptions sourceOptions = new SourceOptions();
  @Mixin private TargetOptions targetOptions = new TargetOptions();
  @Mixin private AccessOptions accessOptions = new AccessOptions();
  @Mixin private ResultOptions resultOptions = new ResultOptions();

  private final Terminal terminal;

  ImportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws ImportException, IOException {
    Output output = resultOptions.output(terminal);
    Problems problems = Problems.of(spec.commandLine());
    Location from =
        problems.value("SOURCE", new Location.StandardInput(), () -> Location.source(source));
    Location to = problems.value("--to", from, () -> target(from));
    ImportRequest request = request(problems, tag(from, to));
    ProgressDisplay.Mode mode =
        problems.value("--progress", ProgressDisplay.Mode.NONE, this::progressMode);
    try (Connections connections =
        new Connections(accessOptions, sourceOptions, targetOptions, problems, terminal)) {
      problems.throwIfAny();
      try (ImageSource opened = connections.source(from);
          Repository repository = connections.repository(to, true)) {
        ProgressMeter meter = new ProgressMeter();
        ImageImport run = new ImageImport(opened, repository, request, meter, Clock.systemUTC());
        ImportReport report;
        try (ProgressDisplay display = ProgressDisplay.start(mode, meter, terminal)) {
          report = run.run();
          display.finish();
        }
        tell(report, output);
        return ExitCode.DONE;
      }
    }
  }

  private Location target(Location from) {
    if (target == null) {
      return new Location.Layout(DEFAULT_FOLDER, Optional.of(DefaultTag.of(name(from))));
    }
    Location to = Location.target(target);
    if (to instanceof Location.Registry(var reference)
        && reference.tag().filter(Reference::isDigest).isPresent()) {
      throw new IllegalArgumentException(
          "\"%s\" has a digest, which is known only when the image is stored; give a tag"
              .formatted(target));
    }
    return to;
  }

  private static String tag(Location from, Location to) {
    Optional<String> named =
        switch (to) {
          case Location.Registry(var reference) -> reference.tag();
          case Location.Layout(var folder, var tag) -> tag;
          default -> Optional.empty();
        };
    return named.orElseGet(() -> tagOf(from).orElseGet(() -> DefaultTag.of(name(from))));
  }

  /** The tag that a source has itself. */
  private static Optional<String> tagOf(Location from) {
    return switch (from) {
      case Location.Registry(var reference) ->
          reference.tag().filter(tag -> !Reference.isDigest(tag));
      case Location.Layout(var folder, var tag) -> tag;
      default -> Optional.empty();
    };
  }

  private static String name(Location location) {
    return switch (location) {
      case Location.Web(var uri) -> lastSegment(uri.getPath());
      case Location.Registry(var reference) -> lastSegment(reference.repository());
      case Location.Layout(var folder, var tag) -> tag.orElse("");
      case Location.Local(var path) -> lastSegment(path.toString());
      case Location.StandardInput() -> "";
    };
  }

  private static String lastSegment(@Nullable String path) {
    return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
  }

  private ImportRequest request(Problems problems, String tag) {
    Checksums expected =
        problems.value("--checksum", Checksums.none(), () -> Checksums.parse(checksums));
    LayerCompression compression =
        problems.value("--layer-compression", LayerCompression.AUTO, this::compression);
    long max =
        problems.value(
            "--max-virtual-size",
            Long.MAX_VALUE,
            () -> maxVirtualSize == null ? Long.MAX_VALUE : Sizes.parse(maxVirtualSize));
    long xzMemory = problems.value("--memory", 0L, () -> DecoderMemory.parse(memory));
    return new ImportRequest(
        tags(problems, tag),
        expected,
        asReceived ? StoredForm.AS_RECEIVED : StoredForm.UNPACKED,
        compression,
        max,
        new DecoderLimits(xzMemory, DecoderLimits.DEFAULT.zstdWindow()),
        ImportRequest.MAX_HELD);
  }

  private List<String> tags(Problems problems, String first) {
    List<String> tags = new ArrayList<>(List.of(first));
    for (String each : additionalTags) {
      tags.add(problems.value("--additional-tag", each, () -> Location.tag(each)));
    }
    return tags;
  }

  private LayerCompression compression() {
    for (LayerCompression each : LayerCompression.values()) {
      if (each.toString().equals(layerCompression)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "\"" + layerCompression + "\" is none of auto, none and zstd");
  }

  private ProgressDisplay.Mode progressMode() {
    if (quiet) {
      return ProgressDisplay.Mode.NONE;
    }
    return switch (progress) {
      case "auto" -> terminal.interactive() ? ProgressDisplay.Mode.BAR : ProgressDisplay.Mode.NONE;
      case "bar" -> ProgressDisplay.Mode.BAR;
      case "json" -> ProgressDisplay.Mode.JSON;
      case "none" -> ProgressDisplay.Mode.NONE;
      default ->
          throw new IllegalArgumentException(
              "\"" + progress + "\" is none of auto, bar, json and none");
    };
  }

  private void tell(ImportReport report, Output output) {
    if (output.isJson()) {
      output.json(report);
      return;
    }
    output.line(report.reference());
    if (quiet) {
      return;
    }
    String packed = report.compression() == null ? "" : ", was " + report.compression();
    output.hint(
        String.format(
            Locale.ROOT,
            "%s disk of %s, %s stored as %s%s, in %.1f s",
            report.format(),
            Sizes.shown(report.virtualSize()),
            Sizes.shown(report.storedSize()),
            Sizes.shown(report.layer().size()),
            packed,
            report.seconds()));
    if (report.reference().startsWith("oci:")) {
      String program = terminal.environment().getOrDefault("DVCR_PROGRAM", "dvcr");
      output.hint(
          "",
          "Next:",
          "  " + program + " export " + report.reference() + " disk." + report.format(),
          "  " + program + " inspect " + report.reference(),
          "  " + program + " import https://example.com/disk.qcow2",
          "  " + program + " import " + report.reference() + " --to registry.example.com/vms/disk");
    }
  }
}
