package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.RegistryException.Kind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * What {@link Repository} promises, whatever is behind it: manifests and tags here, blobs and
 * uploads in the classes above.
 */
@NullMarked
abstract class RepositoryContract extends BlobContract {
  @Test
  void manifest_comesBackByteForByte() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));

    Descriptor pushed = repository.pushManifest("v1", manifest);

    assertThat(pushed).isEqualTo(manifest.descriptor());
    for (String reference : List.of("v1", pushed.digest().toString())) {
      Manifest found = repository.manifest(reference);
      assertThat(found.content()).isEqualTo(manifest.content());
      assertThat(found.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }
  }

  @Test
  void manifestByDigest_getsNoTag() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    repository.pushManifest("v1", manifest);
    Manifest other = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));

    repository.pushManifest(other.descriptor().digest().toString(), other);

    assertThat(repository.manifest(other.descriptor().digest().toString()).content())
        .isEqualTo(other.content());
    assertThat(repository.tags()).containsExactly("v1");
  }

  @Test
  void dockerManifest_isTakenWherePromised() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.DOCKER_MANIFEST, seed.bytes(100));

    if (repository.takesDockerMediaTypes()) {
      repository.pushManifest("v1", manifest);

      assertThat(repository.manifest("v1").mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
      assertThat(repository.manifest("v1").content()).isEqualTo(manifest.content());
    }
  }

  @Test
  void secondManifestOfATag_takesItOver() throws IOException {
    Repository repository = repository();
    Manifest first = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    Manifest second = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    repository.pushManifest("v1", first);

    repository.pushManifest("v1", second);

    assertThat(repository.manifest("v1").content()).isEqualTo(second.content());
    assertThat(repository.tags()).containsExactly("v1");
  }

  @Test
  void manifestOfAMissingBlob_isRefusedAndGetsNoTag() throws IOException {
    Repository repository = repository();
    repository.pushManifest("v0", manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(9)));
    Descriptor missing = new Descriptor(LAYER, Digest.of(seed.bytes(10)), 10);
    Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, bytes("{}"));
    Manifest manifest =
        Manifest.parse(
            MediaTypes.OCI_MANIFEST, bytes(json(MediaTypes.OCI_MANIFEST, config, missing)));

    assertThatThrownBy(() -> repository.pushManifest("v1", manifest))
        .isInstanceOf(RegistryException.class);
    assertThat(repository.tags()).containsExactly("v0");
  }

  @Test
  void unknownManifest_isNotFound() throws IOException {
    Repository repository = repository();
    assertFails(Kind.NOT_FOUND, () -> repository.manifest("v1"));

    repository.pushManifest("v0", manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(9)));

    assertFails(Kind.NOT_FOUND, () -> repository.manifest("v1"));
    String digest = Digest.of(seed.bytes(10)).toString();
    assertFails(Kind.NOT_FOUND, () -> repository.manifest(digest));
  }

  @Test
  void tags_areSorted() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    for (String tag : List.of("v2", "latest", "v10", "V3")) {
      repository.pushManifest(tag, manifest);
    }

    assertThat(repository.tags()).containsExactly("V3", "latest", "v10", "v2");
  }

  /** With blank space that only bytes keep. */
  static Manifest manifest(Repository repository, String mediaType, byte[] layer)
      throws IOException {
    Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, bytes("{}"));
    Descriptor blob = repository.pushBlob(LAYER, layer);
    return Manifest.parse(mediaType, bytes(json(mediaType, config, blob)));
  }

  private static String json(String mediaType, Descriptor config, Descriptor layer) {
    return """
    {  "schemaVersion":2,
     "mediaType"  : "%s", "config": %s,
       "layers":[ %s ]
    }
    """
        .formatted(mediaType, json(config), json(layer));
  }

  private static String json(Descriptor descriptor) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }
}
