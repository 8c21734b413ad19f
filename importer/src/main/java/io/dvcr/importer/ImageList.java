package io.dvcr.importer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImageEntry;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images of a repository. */
public final class ImageList {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ImageList() {}

  /** One entry a tag, in their order. */
  public static List<ImageEntry> of(Repository repository) throws ImportException {
    try {
      List<ImageEntry> images = new ArrayList<>();
      for (String tag : repository.tags()) {
        images.add(entry(repository, tag));
      }
      return images;
    } catch (IOException e) {
      throw ImportException.of(repository.name(), e);
    }
  }

  private static ImageEntry entry(Repository repository, String tag) throws IOException {
    Manifest manifest = repository.manifest(tag);
    JsonNode config = JSON.createObjectNode();
    if (!manifest.isIndex() && manifest.config().size() <= Manifest.MAX_LENGTH) {
      config = read(repository, manifest.config());
    }
    JsonNode labels = config.path("config").path("Labels");
    return new ImageEntry(
        tag,
        text(labels.path(Artifact.FORMAT)),
        number(labels.path(Artifact.VIRTUAL_SIZE)),
        number(labels.path(Artifact.STORED_SIZE)),
        manifest.descriptor().digest().toString(),
        text(config.path("created")));
  }

  private static JsonNode read(Repository repository, Descriptor config) throws IOException {
    try (InputStream in = repository.openBlob(config)) {
      JsonNode json = JSON.readTree(in.readAllBytes());
      return json == null ? JSON.createObjectNode() : json;
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
