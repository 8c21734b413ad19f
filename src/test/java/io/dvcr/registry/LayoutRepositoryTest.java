package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class LayoutRepositoryTest extends RepositoryContract {
  /** Files beside the blobs that a layout, or a lock on it, may have. */
  private static final Set<String> EXPECTED = Set.of("oci-layout", "index.json");

  @TempDir private Path folder;

  @Override
  boolean resumes() {
    return false;
  }

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

  @Test
  void filesOfAKilledImport_areRemovedByTheNextOne() throws IOException {
    Path uploads = Files.createDirectories(folder.resolve("disks/one/.uploads"));
    Files.writeString(uploads.resolve("next-123"), "half an index");
    Files.writeString(uploads.resolve("blob-456"), "half a blob");

    push(repository(), seed.bytes(10), null);

    assertNoUploadSession();
  }

  @Test
  void blobThatNoImageNeeds_isDiscardedAndNoOther() throws IOException {
    Repository repository = repository();
    Descriptor alone = push(repository, seed.bytes(10), null);
    byte[] content = seed.bytes(100);
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, content);
    repository.pushManifest("v1", manifest);

    repository.discardBlob(alone.digest());
    repository.discardBlob(Digest.of(content));
    Thread.currentThread().interrupt();
    repository.discardBlob(manifest.config().digest());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(repository.blobSize(alone.digest())).isEmpty();
    assertThat(repository.blobSize(Digest.of(content))).isPresent();
    assertThat(repository.blobSize(manifest.config().digest())).isPresent();
  }

  /** Reading a pipe would wait for a writer that never comes. */
  @Test
  @Timeout(30)
  void pipeInTheFolder_isNotRead() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    repository.pushManifest("v1", manifest);
    Path blob = folder.resolve("disks/one/blobs/sha256/" + manifest.descriptor().digest().hex());
    for (Path file : List.of(blob, folder.resolve("disks/one/index.json"))) {
      Files.delete(file);
      Tools.run("mkfifo", file).expectSuccess();

      assertFails(RegistryException.Kind.REJECTED, () -> repository.manifest("v1"));
    }
  }

  /** It may have held images: nothing is written into it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"manifests\":\"x\"}", "no JSON"})
  void damagedIndex_isNotReplaced(String damaged) throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    Path index = folder.resolve("disks/one/index.json");
    Files.createDirectories(index.resolveSibling(""));
    Files.writeString(index, damaged);

    assertFails(RegistryException.Kind.REJECTED, () -> repository.pushManifest("v1", manifest));

    assertThat(index).hasContent(damaged);
  }
}
