package io.dvcr.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What lies in the image's {@code /usr/local/lib/dvcr}: jars, options, a native library.
 *
 * @param folder where it lies while it is built
 */
record Programs(Path folder) {
  /** Lays it out in {@code folder}, which is empty. */
  static Programs in(Path folder, Settings settings) throws IOException {
    Programs programs = new Programs(folder);
    Path built = settings.project().resolve("cli/target/dvcr.jar");
    Files.createDirectories(folder.resolve("lib"));
    SlimJar.copy(built, programs.jar(), settings.time(), name -> true);
    List<Path> jars = SlimJar.classPath(built);
    List<Path> sliced = jars.stream().filter(Programs::isSliced).toList();
    ReachedClasses reached = new ReachedClasses(jars, sliced);
    boolean zstd = false;
    for (Path jar : jars) {
      SlimJar.copy(
          jar,
          folder.resolve("lib").resolve(jar.getFileName()),
          settings.time(),
          sliced.contains(jar) ? reached::isKept : name -> true);
      zstd |= programs.takeZstd(jar, settings);
    }
    if (!zstd) {
      throw new IOException("no library of zstd-jni for " + settings.architecture());
    }
    programs.take(settings.project().resolve("cli/src/main/launcher/java.options"), settings);
    programs.take(settings.project().resolve("image/src/main/image/image.options"), settings);
    return programs;
  }

  /** BouncyCastle: one checksum and one certificate of a whole library of cryptography. */
  private static boolean isSliced(Path jar) {
    return jar.getFileName().toString().matches("bc(prov|pkix|util)-.*");
  }

  Path jar() {
    return folder.resolve("dvcr.jar");
  }

  Path zstd() {
    return folder.resolve("libzstd-jni.so");
  }

  Path javaOptions() {
    return folder.resolve("java.options");
  }

  Path imageOptions() {
    return folder.resolve("image.options");
  }

  /** The archive of classes; it need not be there. */
  Path archive() {
    return folder.resolve("dvcr.jsa");
  }

  private void take(Path file, Settings settings) throws IOException {
    Path copy = Files.copy(file, folder.resolve(file.getFileName()));
    Files.setLastModifiedTime(copy, FileTime.from(settings.time()));
  }

  private boolean takeZstd(Path jar, Settings settings) throws IOException {
    String name = settings.architecture().equals("arm64") ? "aarch64" : settings.architecture();
    Pattern library = Pattern.compile("linux/" + name + "/libzstd-jni-.*\\.so");
    Optional<byte[]> bytes = SlimJar.only(jar, library);
    if (bytes.isPresent()) {
      Files.write(zstd(), bytes.get());
      Files.setLastModifiedTime(zstd(), FileTime.from(settings.time()));
    }
    return bytes.isPresent();
  }
}
