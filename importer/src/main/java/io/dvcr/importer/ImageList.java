package io.dvcr.importer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImageEntry;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.MalformedManifestException;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images of a repository, which stays open. */
public final class ImageList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Repository repository;

  public ImageList(Repository repository) {
    this.repository = repository;
  }

  /** The names of all images, sorted. */
  public List<String> tags() throws ImportException {
    try {
      return repository.tags();
    } catch (IOException e) {
      throw ImportException.of(repository.name(), e);
    }
  }

  /**
   * What manifest and labels say of one image.
   *
   * @throws ImportException if they can't be read or are damaged
   */
  public ImageEntry entry(String tag) throws ImportException {
    try {
      Manifest manifest = repository.manifest(tag);
      boolean hasConfig = !manifest.isIndex() && !manifest.isSchema1();
      JsonNode config = hasConfig ? read(manifest.config()) : JSON.nullNode();
      JsonNode labels = config.path("config").path("Labels");
      return new ImageEntry(
          tag,
          text(labels.path(Artifact.FORMAT)),
          number(labels.path(Artifact.VIRTUAL_SIZE)),
          number(labels.path(Artifact.STORED_SIZE)),
          manifest.descriptor().digest().toString(),
          text(config.path("created")));
    } catch (IOException e) {
      throw ImportException.of(repository.name() + ":" + tag, e);
    }
  }

  private JsonNode read(Descriptor config) throws IOException {
    if (config.size() > Manifest.MAX_LENGTH) {
      throw new MalformedManifestException(
          "its config is longer than " + Manifest.MAX_LENGTH + " bytes");
    }
    try (InputStream in = repository.openBlob(config)) {
      JsonNode json = JSON.readTree(in.readAllBytes());
      if (json == null || !json.isObject()) {
        throw new MalformedManifestException("its config is no JSON object");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new MalformedManifestException("its config is no JSON");
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.asText() : null;
  }

  private static @Nullable Long number(JsonNode node) {
    long value = node.asLong(-1);
    return value < 0 ? null : (Long) value;
  }
}
