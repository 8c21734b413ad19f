package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.GoRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with go-containerregistry's registry behind it, as far as that one goes. */
@NullMarked
@SuppressWarnings("NullAway.Init") // made before each test
class GoRegistryRepositoryTest extends RepositoryContract {
  /** It takes one request a blob: half of the memory has to hold the largest one. */
  private static final int WHOLE_BLOBS = 4 * BIG;

  @TempDir private Path folder;
  private GoRegistry registry;
  private RemoteRepositories repositories;

  @BeforeEach
  void start() {
    registry = GoRegistry.start(folder);
    repositories = new RemoteRepositories(registry.authority(), WHOLE_BLOBS);
  }

  @AfterEach
  void close() {
    repositories.close();
    registry.close();
  }

  @Override
  Repository open(String name) {
    return repositories.open(name);
  }

  /** It has nothing to end: it knows sessions by the bytes that they brought. */
  @Override
  int openUploadSessions() {
    return 0;
  }

  @Override
  boolean mounts() {
    return false;
  }

  /** It does not say how much it has. */
  @Override
  boolean resumes() {
    return false;
  }

  @Override
  void corrupt(String repository, Digest digest) {
    throw new UnsupportedOperationException("its memory can't be reached");
  }

  /** What can be seen without its memory: nothing comes under another digest. */
  @Test
  @Override
  void blobWithOtherBytes_isRefusedBeforeItsEnd() throws IOException {
    Repository repository = repository();
    Descriptor blob = push(repository, seed.bytes(1000), null);
    Descriptor other = new Descriptor(LAYER, Digest.of(seed.bytes(1000)), blob.size());

    assertFails(RegistryException.Kind.NOT_FOUND, () -> read(repository, other));
  }

  /** It reads one body at a time: uploads in turn would wait for each other. */
  @Test
  @Override
  void twoUploadsInTurn_doNotMix() throws IOException {
    Repository repository = repository();
    byte[] one = seed.bytes(200_000);
    byte[] two = seed.bytes(200_000);

    Descriptor first = push(repository, one, null);
    Descriptor second = push(repository, two, null);

    assertThat(read(repository, second)).isEqualTo(two);
    assertThat(read(repository, first)).isEqualTo(one);
  }

  /** It does not look for what a manifest names. */
  @Test
  @Override
  void manifestOfAMissingBlob_isRefusedAndGetsNoTag() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(9));

    assertThat(repository.pushManifest("v1", manifest)).isEqualTo(manifest.descriptor());
  }
}
