package io.dvcr.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An image manifest or an index, exactly as its bytes are (OCI image spec, manifest.md and
 * image-index.md; Docker schema 2 is the same with other media types). The bytes are kept because
 * the digest is theirs.
 */
public final class Manifest {
  /**
   * No more is read: registries need not accept larger ones (OCI distribution spec, "Pushing
   * Manifests").
   */
  public static final int MAX_LENGTH = 4 << 20;

  /**
   * Brackets, names and values: an index of 1000 platforms has some 20,000. A tree of so many takes
   * less than 10 MiB of memory; one of 4 MiB of {@code {},{},…} would take more than 100.
   */
  private static final int MOST_TOKENS = 100_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
              .build());

  private final String mediaType;
  private final byte[] content;
  private final JsonNode json;

  private Manifest(String mediaType, byte[] content, JsonNode json) {
    this.mediaType = mediaType;
    this.content = content;
    this.json = json;
  }

  /**
   * The manifest that {@code content} is.
   *
   * @param mediaType as the registry or the descriptor names it; what the content itself says in
   *     {@code mediaType} goes first
   * @throws MalformedManifestException if it is no manifest
   */
  public static Manifest parse(String mediaType, byte[] content) throws MalformedManifestException {
    try {
      JsonNode json = JSON.readTree(content);
      if (json == null || !json.isObject()) {
        throw new MalformedManifestException("it is no JSON object");
      }
      String own = json.path("mediaType").asText("");
      return new Manifest(own.isEmpty() ? mediaType : own, content.clone(), json);
    } catch (StreamConstraintsException e) {
      throw new MalformedManifestException(
          "it is too large or too deep: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new MalformedManifestException(
          "it is no JSON from byte " + e.getLocation().getByteOffset() + " on");
    } catch (IOException e) {
      throw new MalformedManifestException("it can't be read: " + e.getMessage());
    }
  }

  public String mediaType() {
    return mediaType;
  }

  public byte[] content() {
    return content.clone();
  }

  /** Media type, digest and size of these bytes. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, Digest.of(content), content.length);
  }

  /** Whether these bytes have the digest, of whichever algorithm. */
  public boolean digestMatches(Digest expected) {
    byte[] sum = expected.newMessageDigest().digest(content);
    return expected.hex().equals(HexFormat.of().formatHex(sum));
  }

  /** Whether this is a list of manifests, one a platform. */
  public boolean isIndex() {
    return mediaType.equals(MediaTypes.OCI_INDEX)
        || mediaType.equals(MediaTypes.DOCKER_LIST)
        || json.has("manifests");
  }

  /**
   * The config blob of an image manifest.
   *
   * @throws MalformedManifestException if there is none
   */
  public Descriptor config() throws MalformedManifestException {
    return descriptor(json.path("config"), "config");
  }

  /**
   * The layers of an image manifest, first to last.
   *
   * @throws MalformedManifestException if one is no descriptor
   */
  public List<Descriptor> layers() throws MalformedManifestException {
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : json.path("layers")) {
      layers.add(descriptor(layer, "layers[" + layers.size() + "]"));
    }
    return layers;
  }

  /**
   * The manifests of an index, in order.
   *
   * @throws MalformedManifestException if one is no descriptor
   */
  public List<Descriptor> manifests() throws MalformedManifestException {
    List<Descriptor> manifests = new ArrayList<>();
    for (JsonNode manifest : json.path("manifests")) {
      manifests.add(descriptor(manifest, "manifests[" + manifests.size() + "]"));
    }
    return manifests;
  }

  /**
   * The first manifest of an index for a platform, named as Go does ({@code linux}, {@code amd64}).
   *
   * @throws MalformedManifestException if it is no descriptor
   */
  public Optional<Descriptor> manifestFor(String os, String architecture)
      throws MalformedManifestException {
    for (JsonNode manifest : json.path("manifests")) {
      JsonNode platform = manifest.path("platform");
      if (platform.path("os").asText().equals(os)
          && platform.path("architecture").asText().equals(architecture)) {
        return Optional.of(descriptor(manifest, "manifests"));
      }
    }
    return Optional.empty();
  }

  private static Descriptor descriptor(JsonNode node, String field)
      throws MalformedManifestException {
    try {
      if (!node.path("size").canConvertToLong()) {
        throw new MalformedManifestException(field + " has no size");
      }
      return new Descriptor(
          node.path("mediaType").asText(),
          Digest.parse(node.path("digest").asText()),
          node.path("size").longValue());
    } catch (IllegalArgumentException e) {
      throw new MalformedManifestException(field + " is no descriptor: " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return new String(content, StandardCharsets.UTF_8);
  }
}
