package io.dvcr.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the image: base, Java, programs, archive, bill of materials, and all of it as layers. */
public final class ImageBuild {
  private final Settings settings;

  private ImageBuild(Settings settings) {
    this.settings = settings;
  }

  /** Its settings are the system's properties: see {@link Settings}. */
  public static void main(String[] arguments) throws Exception {
    new ImageBuild(Settings.of(System.getProperties())).run();
  }

  private void run() throws Exception {
    BillOfMaterials bill = new BillOfMaterials();
    String base = settings.base().isPresent() ? settings.base().get() : userland(bill);
    Path java = fresh("java");
    JavaRuntime.link(settings, java);
    bill.addJava(java.resolve("release"));
    Path folder = fresh("dvcr");
    Files.createDirectories(folder);
    Programs programs = Programs.in(folder, settings);
    archive(java, programs);
    Path about = fresh("about");
    Files.createDirectories(about);
    bill.write(about.resolve("base.cdx.json"));
    takeIfPresent(settings.project().resolve("target/sbom.json"), about.resolve("dvcr.cdx.json"));
    Files.copy(settings.project().resolve("LICENSE"), about.resolve("LICENSE"));
    // Jib takes files of the same name, size and time for the same ones: it must not remember any.
    Path cache = fresh("jib");
    new ImageLayers(settings, base, java, programs, about, cache).write();
  }

  /** The default base; its packages go onto the bill. */
  private String userland(BillOfMaterials bill) throws IOException, InterruptedException {
    Path script = settings.project().resolve("image/userland");
    Path folder = settings.target().resolve("base");
    Commands.run(
        settings.target(),
        Map.of("SOURCE_DATE_EPOCH", Long.toString(settings.time().getEpochSecond())),
        List.of(script.toString(), settings.architecture(), folder.toString()));
    bill.addPackages(folder.resolve("packages"));
    return "tar://" + folder.resolve("userland.tar");
  }

  private void archive(Path java, Programs programs) throws IOException, InterruptedException {
    if (settings.runsHere()) {
      ClassArchive archive = new ClassArchive(java.resolve("bin/java"), programs, settings);
      if (settings.rehearse()) {
        archive.rehearse();
      }
      archive.make();
    } else {
      System.err.println(
          "image: no archive of classes, since %s does not run here: it will start slower"
              .formatted(settings.architecture()));
    }
  }

  /** Absent where the build was told to make none. */
  private static void takeIfPresent(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.copy(from, to);
    }
  }

  /** A path in the module's target folder at which there is nothing. */
  private Path fresh(String name) throws IOException {
    Path path = settings.target().resolve(name);
    if (Files.exists(path)) {
      Files.walkFileTree(path, new Deletion());
    }
    return path;
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
