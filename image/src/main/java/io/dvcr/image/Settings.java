package io.dvcr.image;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What is built, from what, and where to.
 *
 * @param project the project's root folder
 * @param target the module's folder for what is built
 * @param architecture of the image, as Go and Debian call it: {@code amd64}, {@code arm64}
 * @param jdk whose Java goes into the image; it is for {@code architecture}
 * @param base the userland: {@code tar://FILE} as {@code docker save} writes it, or an image of a
 *     registry; none for one made of Debian packages
 * @param to where it is pushed to, beside being written into a file
 * @param insecureRegistries whether a registry may do without TLS
 * @param rehearse whether the list of classes for the archive is written anew
 * @param version the project's
 * @param source where its source is published
 * @param time of every file, and when the image was created: of the commit, not of the build
 */
record Settings(
    Path project,
    Path target,
    String architecture,
    Path jdk,
    Optional<String> base,
    Optional<String> to,
    boolean insecureRegistries,
    boolean rehearse,
    String version,
    Optional<URI> source,
    Instant time) {

  /** Reads those that begin with {@code image.}. */
  static Settings of(Properties properties) {
    return new Settings(
        Path.of(required(properties, "project")).toAbsolutePath().normalize(),
        Path.of(required(properties, "target")).toAbsolutePath().normalize(),
        optional(properties, "architecture").orElseGet(Settings::architectureOfThisMachine),
        Path.of(optional(properties, "jdk").orElseGet(() -> System.getProperty("java.home"))),
        optional(properties, "base"),
        optional(properties, "to"),
        flag(properties, "insecureRegistries"),
        flag(properties, "rehearse"),
        required(properties, "version"),
        optional(properties, "source").map(URI::create),
        Instant.parse(required(properties, "time")));
  }

  private static String required(Properties properties, String name) {
    return optional(properties, name)
        .orElseThrow(() -> new IllegalArgumentException("image." + name + " is not set"));
  }

  private static Optional<String> optional(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty("image." + name))
        .filter(value -> !value.isEmpty());
  }

  private static boolean flag(Properties properties, String name) {
    return optional(properties, name).filter("true"::equals).isPresent();
  }

  private static String architectureOfThisMachine() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }

  /** What is in the archive of classes; see {@link ClassArchive}. */
  Path classes() {
    return project.resolve("image/classes.list");
  }

  /** Whether what is built runs here. */
  boolean runsHere() {
    return architecture.equals(architectureOfThisMachine());
  }
}
