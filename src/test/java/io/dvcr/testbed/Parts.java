package io.dvcr.testbed;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The real programs that tests need. {@code ./test} brings them; a test that asks for one that is
 * not there is told to be skipped by name, or fails where nothing may be missing ({@code CI=true}).
 */
public final class Parts {
  /** Where Debian keeps programs that are not in the path of ordinary users. */
  private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin");

  private Parts() {}

  /**
   * The program called {@code name}. Ends the test if there is none: as skipped, or with {@code
   * CI=true} as failed.
   */
  public static Path require(String name) {
    Optional<Path> program = find(name);
    demand(program.isPresent(), name);
    return program.orElseThrow();
  }

  /** The same for a part that is not a program but a file. */
  public static Path requireFile(String path) {
    Path file = Path.of(path);
    demand(Files.isRegularFile(file), path);
    return file;
  }

  private static void demand(boolean present, String name) {
    String message = name + " is missing; ./test brings it";
    if ("true".equals(System.getenv("CI"))) {
      Assertions.assertTrue(present, message);
    }
    Assumptions.assumeTrue(present, message);
  }

  private static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(
            Stream.of(projectRoot().resolve(".cache/bin").toString()),
            Stream.of(path.split(File.pathSeparator)),
            SYSTEM_FOLDERS.stream())
        .flatMap(folders -> folders)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
        .findFirst();
  }

  /** The folder of the whole project: the nearest one, upwards, with the Maven wrapper. */
  public static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Optional.ofNullable(folder.getParent()).orElseThrow();
    }
    return folder;
  }
}
