package io.dvcr.importer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dvcr.formats.DiskImage;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;

/**
 * The artifact around a layer: a config that says what the disk image is, and the manifest. In a
 * registry an uncompressed layer is a Docker image (schema 2), everything else is an OCI image.
 */
final class Artifact {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String AUTHOR = "DVCR client";

  static final String STORED_SIZE = "source-image-size";
  static final String VIRTUAL_SIZE = "source-image-virtual-size";
  static final String FORMAT = "source-image-format";

  /** Marks layers whose archive has its end marker. */
  private static final String END_MARKED = "erofs-compatible-layers";

  private final Repository repository;
  private final Instant now;

  Artifact(Repository repository, Instant now) {
    this.repository = repository;
    this.now = now;
  }

  /**
   * Puts config and manifest: the image can be pulled from then on.
   *
   * @param tags all get the same manifest
   */
  Descriptor publish(Layer.Stored layer, DiskImage disk, long storedSize, List<String> tags)
      throws IOException {
    boolean docker = layer.blob().mediaType().equals(MediaTypes.DOCKER_LAYER);
    Descriptor config =
        repository.pushBlob(
            docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG,
            bytes(config(layer, disk, storedSize)));
    String mediaType = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
    Manifest manifest = Manifest.parse(mediaType, bytes(manifest(mediaType, config, layer.blob())));
    Descriptor pushed = manifest.descriptor();
    for (int i = 0; i < tags.size(); i++) {
      try {
        pushed = repository.pushManifest(tags.get(i), manifest);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        throw i == 0 ? e : new PartlyPublishedException(tags.subList(0, i), e);
      }
    }
    return pushed;
  }

  private ObjectNode config(Layer.Stored layer, DiskImage disk, long storedSize) {
    ObjectNode config = JSON.createObjectNode();
    config.put("created", now.toString());
    config.put("author", AUTHOR);
    // A disk image runs nowhere by itself; readers want a platform all the same.
    config.put("architecture", "amd64");
    config.put("os", "linux");
    ObjectNode run = config.putObject("config");
    run.put("WorkingDir", "/");
    ObjectNode labels = run.putObject("Labels");
    labels.put(STORED_SIZE, Long.toString(storedSize));
    labels.put(VIRTUAL_SIZE, Long.toString(disk.virtualSize()));
    labels.put(FORMAT, disk.format().toString());
    labels.put(END_MARKED, "true");
    ObjectNode rootfs = config.putObject("rootfs");
    rootfs.put("type", "layers");
    rootfs.putArray("diff_ids").add(layer.diffId().toString());
    ArrayNode history = config.putArray("history");
    history
        .addObject()
        .put("created", now.toString())
        .put("author", AUTHOR)
        .put("comment", "streamed from the datasource");
    return config;
  }

  private static ObjectNode manifest(String mediaType, Descriptor config, Descriptor layer) {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", mediaType);
    put(manifest.putObject("config"), config);
    put(manifest.putArray("layers").addObject(), layer);
    return manifest;
  }

  private static void put(ObjectNode node, Descriptor descriptor) {
    node.put("mediaType", descriptor.mediaType());
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.size());
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
