package io.dvcr.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of a JDK that the programs need, by jlink. */
final class JavaRuntime {
  /**
   * What {@code jdeps --print-module-deps} finds in our jars and in those of Vert.x and Netty as
   * far as they are used: jlink adds what these need. It also finds what is looked for and done
   * without, in Jackson (java.desktop, java.sql), Netty (jdk.jfr) and AutoValue (java.compiler).
   */
  private static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.security.jgss",
          "jdk.httpserver",
          "jdk.unsupported");

  private JavaRuntime() {}

  /** Makes one in {@code folder}, which must not be there. */
  static void link(Settings settings, Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jlink").toString());
    // A JDK without this folder links from itself (JEP 493), for its own architecture alone.
    Path modules = settings.jdk().resolve("jmods");
    if (Files.isDirectory(modules)) {
      command.addAll(List.of("--module-path", modules.toString()));
    } else if (!settings.runsHere()) {
      throw new IOException(
          "image.jdk=%s has no folder jmods, and is no JDK for %s without it"
              .formatted(settings.jdk(), settings.architecture()));
    }
    // Not compressed: the layer is, as a whole, which is smaller; and classes are read sooner.
    command.addAll(
        List.of(
            "--add-modules=" + String.join(",", MODULES),
            "--strip-debug",
            "--no-man-pages",
            "--no-header-files",
            "--compress=zip-0",
            "--vm=server",
            "--dedup-legal-notices=error-if-not-same-content",
            "--output=" + folder));
    Commands.run(settings.target(), Map.of(), command);
  }
}
