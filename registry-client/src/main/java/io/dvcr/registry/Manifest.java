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
 * the digest is theirs. Docker's schema 1 is read, too: it has neither descriptors nor a config,
 * and a signed one has the digest of what was signed.
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
  private final byte[] payload;
  private final JsonNode json;

  /**
   * @param payload the part of the content that the digest is of
   * @param json what the payload says
   */
  private Manifest(String mediaType, byte[] content, byte[] payload, JsonNode json) {
    this.mediaType = mediaType;
    this.content = content;
    this.payload = payload;
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
    byte[] copy = content.clone();
    JsonNode json = json(copy);
    if (!Schema1.is(json)) {
      String own = json.path("mediaType").asText("");
      return new Manifest(own.isEmpty() ? mediaType : own, copy, copy, json);
    }
    byte[] payload = Schema1.payload(copy, json);
    JsonNode signed = json(payload);
    if (!Schema1.is(signed)) {
      throw new MalformedManifestException("what is signed in it is no manifest of schema 1");
    }
    return new Manifest(mediaType, copy, payload, signed);
  }

  /** The object that a text is. */
  static JsonNode json(byte[] text) throws MalformedManifestException {
    try {
      JsonNode json = JSON.readTree(text);
      if (json == null || !json.isObject()) {
        throw new MalformedManifestException("it is no JSON object");
      }
      return json;
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

  /** Media type, digest and size of these bytes; of a signed schema 1, of what was signed. */
  public Descriptor descriptor() {
    return new Descriptor(mediaType, Digest.of(payload), payload.length);
  }

  /** Whether {@link #descriptor} has the digest, of whichever algorithm. */
  public boolean digestMatches(Digest expected) {
    byte[] sum = expected.newMessageDigest().digest(payload);
    return expected.hex().equals(HexFormat.of().formatHex(sum));
  }

  /** Whether this is a list of manifests, one a platform. */
  public boolean isIndex() {
    return mediaType.equals(MediaTypes.OCI_INDEX)
        || mediaType.equals(MediaTypes.DOCKER_LIST)
        || json.has("manifests");
  }

  /** Whether this is an image manifest of schema 1, which has {@link #schema1Layers} alone. */
  public boolean isSchema1() {
    return Schema1.is(json);
  }

  /**
   * The layers of an image manifest of schema 1, first to last, each once; their sizes it does not
   * tell, nor how they are packed.
   *
   * @throws MalformedManifestException if one has no digest
   */
  public List<Digest> schema1Layers() throws MalformedManifestException {
    return Schema1.layers(json);
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
