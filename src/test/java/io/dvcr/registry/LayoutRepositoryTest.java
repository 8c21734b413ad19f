package io.dvcr.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class LayoutRepositoryTest extends RepositoryContract {
  /** Files beside the blobs that a layout, or a lock on it, may have. */
  private static final Set<String> EXPECTED = Set.of("oci-layout", "index.json");

  @TempDir private Path folder;

  @Override
  Repository open(String name) {
    return new LayoutRepository(folder.resolve(name));
  }

  /** Files that are neither blobs nor the layout's own. */
  @Override
  int openUploadSessions() {
    try (Stream<Path> files = Files.walk(folder)) {
      return (int)
          files
              .filter(Files::isRegularFile)
              .filter(file ->
                  !Optional.ofNullable(file.getParent()).orElse(folder).endsWith("blobs/sha256"))
              .map(file -> file.getFileName().toString())
              .filter(name -> !EXPECTED.contains(name) && !name.endsWith("lock"))
              .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  boolean mounts() {
    return false;
  }

  @Override
  void corrupt(String repository, Digest digest) throws IOException {
    Path file = folder.resolve(repository).resolve("blobs/sha256").resolve(digest.hex());
    byte[] content = Files.readAllBytes(file);
    content[0] ^= 1;
    Files.write(file, content);
  }
}
