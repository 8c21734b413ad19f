package io.dvcr.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The image's layers, from what changes rarely to what changes often, and its configuration. */
final class ImageLayers {
  private static final String PROGRAM = "/usr/local/bin/dvcr";

  /** The names of programs beside {@code dvcr}: the launcher knows the command by them. */
  private static final List<String> COMMANDS = List.of("importer", "uploader");

  /** As pods run it (uid and gid). */
  private static final String USER = "64535:64535";

  private static final ImageReference NAME = ImageReference.of(null, "dvcr", null);

  private final Settings settings;
  private final String base;
  private final Path java;
  private final Programs programs;
  private final Path about;
  private final Path cache;

  /**
   * @param cache a folder for layers, which is not there
   */
  ImageLayers(
      Settings settings, String base, Path java, Programs programs, Path about, Path cache) {
    this.settings = settings;
    this.base = base;
    this.java = java;
    this.programs = programs;
    this.about = about;
    this.cache = cache;
  }

  /** Writes the image into a file of the target folder, and pushes it where it is to be pushed. */
  void write() throws Exception {
    Path file = settings.target().resolve("dvcr-" + settings.architecture() + ".tar");
    JibContainer written =
        builder().containerize(common(Containerizer.to(TarImage.at(file).named(NAME))));
    Files.writeString(
        settings.target().resolve("dvcr-" + settings.architecture() + ".digest"),
        written.getDigest() + "\n");
    System.out.println("image: " + file + " " + written.getDigest());
    if (settings.to().isPresent()) {
      ImageReference to = ImageReference.parse(settings.to().get());
      JibContainer pushed =
          builder().containerize(common(Containerizer.to(registry(to))).setOfflineMode(false));
      System.out.println("image: pushed " + to + " " + pushed.getDigest());
    }
  }

  private Containerizer common(Containerizer containerizer) {
    return containerizer
        .setBaseImageLayersCache(cache.resolve("base"))
        .setApplicationLayersCache(cache.resolve("layers"))
        .setAllowInsecureRegistries(settings.insecureRegistries())
        .setToolName("dvcr")
        .setOfflineMode(base.startsWith("tar://"));
  }

  private RegistryImage registry(ImageReference reference) throws IOException {
    CredentialRetrieverFactory credentials =
        CredentialRetrieverFactory.forImage(reference, event -> {});
    return RegistryImage.named(reference).addCredentialRetriever(credentials.dockerConfig());
  }

  private JibContainerBuilder builder() throws Exception {
    JibContainerBuilder image =
        base.startsWith("tar://")
            ? Jib.from(TarImage.at(Path.of(base.substring("tar://".length()))))
            : Jib.from(registry(ImageReference.parse(base)));
    return image
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(settings.architecture(), "linux")))
        .setCreationTime(settings.time())
        .setUser(USER)
        .setWorkingDirectory(AbsoluteUnixPath.get("/tmp"))
        .setEntrypoint(PROGRAM)
        .setEnvironment(environment())
        .setLabels(labels())
        .addFileEntriesLayer(folder("java", java, "/usr/local/lib/java"))
        .addFileEntriesLayer(
            folder("libraries", programs.folder().resolve("lib"), "/usr/local/lib/dvcr/lib"))
        .addFileEntriesLayer(dvcr());
  }

  private Map<String, String> environment() throws IOException, InterruptedException {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    revision().ifPresent(full -> environment.put("DVCR_COMMIT", full.substring(0, 7)));
    return environment;
  }

  /** OCI image specification, annotations.md. */
  private Map<String, String> labels() throws IOException, InterruptedException {
    Map<String, String> labels = new TreeMap<>();
    String prefix = "org.opencontainers.image.";
    labels.put(prefix + "title", "dvcr");
    labels.put(
        prefix + "description", "Brings virtual machine disk images into a container registry.");
    labels.put(prefix + "version", settings.version());
    labels.put(prefix + "licenses", "Apache-2.0");
    labels.put(prefix + "created", settings.time().toString());
    settings.source().map(URI::toString).ifPresent(uri -> labels.put(prefix + "source", uri));
    revision().ifPresent(full -> labels.put(prefix + "revision", full));
    return labels;
  }

  /** The commit; none outside of a repository. */
  private Optional<String> revision() throws InterruptedException {
    try {
      return Optional.of(
          Commands.run(settings.project(), Map.of(), List.of("git", "rev-parse", "HEAD")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private FileEntriesLayer dvcr() throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("dvcr");
    try (Stream<Path> files = Files.list(programs.folder())) {
      files
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(file -> add(layer, file, "/usr/local/lib/dvcr/" + file.getFileName(), "644"));
    }
    Path launcher = settings.project().resolve("image/src/main/image/dvcr");
    add(layer, launcher, PROGRAM, "755");
    COMMANDS.forEach(command -> add(layer, launcher, PROGRAM + "-" + command, "755"));
    try (Stream<Path> files = Files.list(about)) {
      files
          .sorted()
          .forEach(
              file -> add(layer, file, "/usr/local/share/doc/dvcr/" + file.getFileName(), "644"));
    }
    return layer.build();
  }

  private FileEntriesLayer folder(String name, Path from, String to) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().filter(Files::isRegularFile).toList()) {
        String mode = Files.isExecutable(file) ? "755" : "644";
        add(layer, file, to + "/" + from.relativize(file), mode);
      }
    }
    return layer.build();
  }

  private void add(FileEntriesLayer.Builder layer, Path file, String to, String mode) {
    layer.addEntry(
        file, AbsoluteUnixPath.get(to), FilePermissions.fromOctalString(mode), settings.time());
  }
}
