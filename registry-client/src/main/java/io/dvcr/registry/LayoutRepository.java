package io.dvcr.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dvcr.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is an OCI image layout (OCI image spec, image-layout.md). Every file gets its final
 * name when it is whole, {@code index.json} is changed under a lock, so that imports at the same
 * time and a kill at any moment leave a layout in which everything listed is whole.
 */
public final class LayoutRepository implements Repository {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TAG = "org.opencontainers.image.ref.name";
  private static final String LAYOUT_FILE = "{\"imageLayoutVersion\":\"1.0.0\"}";

  private final Path folder;
  private final LayoutFiles files;

  /**
   * @param folder need not exist; it is made when something is pushed
   */
  public LayoutRepository(Path folder) {
    this.folder = folder;
    this.files = new LayoutFiles(folder);
  }

  @Override
  public String name() {
    return "oci:" + folder;
  }

  @Override
  public boolean takesDockerMediaTypes() {
    return false;
  }

  @Override
  public BlobUpload upload(@Nullable Replay replay) throws IOException {
    return saying("begin a blob in " + name(), () -> new LayoutBlobUpload(name(), files));
  }

  @Override
  public Descriptor pushBlob(String mediaType, byte[] content) throws IOException {
    try (BlobUpload upload = upload(null)) {
      upload.write(content, 0, content.length);
      return upload.commit(mediaType);
    }
  }

  /** An upload into a folder tells nothing to go on with. */
  @Override
  public BlobUpload resume(SavedUpload saved, Replay replay) {
    throw new IllegalArgumentException("no upload into a folder: " + saved.location());
  }

  /** The next upload into the folder removes what is left. */
  @Override
  public void cancelUpload(URI session, URI location) {}

  @Override
  public Optional<Long> blobSize(Digest digest) throws IOException {
    Path file = files.blob(digest);
    return Files.isRegularFile(file) ? Optional.of(Files.size(file)) : Optional.empty();
  }

  /** A folder has no other repository. */
  @Override
  public boolean mount(Digest digest, String fromRepository) {
    return false;
  }

  @Override
  public InputStream openBlob(Descriptor blob) throws IOException {
    String action = action("read", blob);
    return saying(action, () -> LayoutBlobStream.open(action, files.blob(blob.digest()), blob));
  }

  @Override
  public InputStream openRange(Descriptor blob, long from, long length) throws IOException {
    String action = action("read", blob);
    return saying(
        action,
        () -> LayoutBlobStream.openRange(action, files.blob(blob.digest()), blob, from, length));
  }

  private String action(String verb, Descriptor blob) {
    return verb + " blob " + blob.digest() + " of " + name();
  }

  @Override
  public void deleteBlob(Digest digest) {
    discardBlob(digest);
  }

  @Override
  public void discardBlob(Digest digest) {
    try {
      boolean ignored =
          Uninterrupted.call(() ->
              files.locked(() -> !needed(digest) && Files.deleteIfExists(files.blob(digest))));
    } catch (IOException e) {
      // It stays as a blob that no image needs.
    }
  }

  private boolean needed(Digest digest) throws IOException {
    for (JsonNode entry : index().path("manifests")) {
      String reference = entry.path("digest").asText();
      if (!Digest.isOne(reference) || !Files.exists(files.blob(Digest.parse(reference)))) {
        // Of a damaged image nothing is needed.
        continue;
      }
      Manifest manifest = manifest(reference);
      if (manifest.toString().contains(digest.toString())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Manifest manifest(String reference) throws IOException {
    String action = "read manifest " + reference + " of " + name();
    return saying(
        action,
        () -> {
          JsonNode entry = find(reference);
          Digest digest;
          if (entry != null) {
            digest = Digest.parse(entry.path("digest").asText());
          } else if (reference.contains(":")) {
            digest = Digest.parse(reference);
          } else {
            throw notFound(action, "there is no such tag");
          }
          byte[] content = files.read(files.blob(digest), Manifest.MAX_LENGTH);
          String mediaType =
              entry == null ? MediaTypes.OCI_MANIFEST : entry.path("mediaType").asText();
          Manifest manifest = Manifest.parse(mediaType, content);
          if (!manifest.digestMatches(digest)) {
            throw new MalformedManifestException("its bytes don't have the digest " + digest);
          }
          return manifest;
        });
  }

  private @Nullable JsonNode find(String reference) throws IOException {
    for (JsonNode entry : index().path("manifests")) {
      boolean tagged = entry.path("annotations").path(TAG).asText().equals(reference);
      if (tagged || entry.path("digest").asText().equals(reference)) {
        return entry;
      }
    }
    return null;
  }

  @Override
  public Descriptor pushManifest(String reference, Manifest manifest) throws IOException {
    String action = "write manifest " + reference + " into " + name();
    return saying(
        action,
        () ->
            files.locked(() -> {
              requireBlobs(action, manifest);
              Descriptor descriptor = manifest.descriptor();
              files.write(files.blob(descriptor.digest()), manifest.content());
              files.write(
                  folder.resolve("oci-layout"), LAYOUT_FILE.getBytes(StandardCharsets.UTF_8));
              JsonNode index = with(reference, descriptor, index());
              files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(index));
              return descriptor;
            }));
  }

  /** Another import may have deleted a blob that it shared with this one. */
  private void requireBlobs(String action, Manifest manifest) throws IOException {
    if (manifest.isIndex()) {
      return;
    }
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    for (Descriptor blob : blobs) {
      if (!blobSize(blob.digest()).equals(Optional.of(blob.size()))) {
        throw new RegistryException(
            Kind.UNAVAILABLE, action, 0, "", "blob " + blob.digest() + " is gone");
      }
    }
  }

  private static JsonNode with(String reference, Descriptor descriptor, JsonNode index) {
    ObjectNode changed = JSON.createObjectNode();
    changed.put("schemaVersion", 2);
    changed.put("mediaType", MediaTypes.OCI_INDEX);
    ArrayNode manifests = changed.putArray("manifests");
    for (JsonNode entry : index.path("manifests")) {
      boolean replaced =
          reference.contains(":")
              ? entry.path("digest").asText().equals(reference) && !entry.has("annotations")
              : entry.path("annotations").path(TAG).asText().equals(reference);
      if (!replaced) {
        manifests.add(entry);
      }
    }
    ObjectNode added = manifests.addObject();
    added.put("mediaType", descriptor.mediaType());
    added.put("digest", descriptor.digest().toString());
    added.put("size", descriptor.size());
    if (!reference.contains(":")) {
      added.putObject("annotations").put(TAG, reference);
    }
    return changed;
  }

  @Override
  public List<String> tags() throws IOException {
    return saying(
        "list the images of " + name(),
        () -> {
          TreeSet<String> tags = new TreeSet<>();
          for (JsonNode entry : index().path("manifests")) {
            String tag = entry.path("annotations").path(TAG).asText();
            if (!tag.isEmpty()) {
              tags.add(tag);
            }
          }
          return List.copyOf(tags);
        });
  }

  private JsonNode index() throws IOException {
    Path file = folder.resolve("index.json");
    if (!Files.exists(file)) {
      return JSON.createObjectNode();
    }
    JsonNode index = null;
    try {
      index = JSON.readTree(files.read(file, Manifest.MAX_LENGTH));
    } catch (JsonProcessingException e) {
      // As any other content that is no index.
    }
    if (index == null || !index.path("manifests").isArray()) {
      // Writing into it would lose what it may have held.
      throw new MalformedManifestException(file + " is no index of an image layout");
    }
    return index;
  }

  /** Nothing is kept open between calls. */
  @Override
  public void close() {}

  @FunctionalInterface
  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T saying(String action, Action<T> work) throws IOException {
    try {
      return work.run();
    } catch (NoSuchFileException e) {
      throw notFound(action, e.getFile() + " does not exist");
    } catch (MalformedManifestException | IllegalArgumentException e) {
      throw new RegistryException(
          Kind.REJECTED, action, 0, "MANIFEST_INVALID", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw LayoutFiles.failure(action, e);
    }
  }

  private static RegistryException notFound(String action, String why) {
    return new RegistryException(Kind.NOT_FOUND, action, 0, "", why);
  }
}
