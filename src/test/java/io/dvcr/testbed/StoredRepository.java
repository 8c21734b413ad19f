package io.dvcr.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** What one repository of a {@link MemoryRegistry} holds. Digests are texts here. */
final class StoredRepository {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, StoredManifest> manifests = new ConcurrentHashMap<>();
  private final Map<String, String> tags = new ConcurrentSkipListMap<>();

  /** A manifest as it was put. */
  @SuppressWarnings("ArrayRecordComponent") // it is neither compared nor changed
  record StoredManifest(String mediaType, String digest, byte[] content) {}

  Map<String, byte[]> blobs() {
    return blobs;
  }

  /** By tag or digest. */
  Optional<StoredManifest> manifest(String reference) {
    return Optional.ofNullable(manifests.get(tags.getOrDefault(reference, reference)));
  }

  /** Sorted, since their map is. */
  List<String> tags() {
    return List.copyOf(tags.keySet());
  }

  /** Takes a manifest only if all that it names is there. */
  StoredManifest put(String reference, String mediaType, byte[] content) throws RegistryError {
    StoredManifest manifest = new StoredManifest(mediaType, sha256(content), content);
    if (reference.contains(":") && !reference.equals(manifest.digest())) {
      throw new RegistryError(400, "DIGEST_INVALID", "it is " + manifest.digest());
    }
    JsonNode json = parse(content);
    if (!json.path("mediaType").asText(mediaType).equals(mediaType)) {
      throw new RegistryError(400, "MANIFEST_INVALID", "two media types");
    }
    for (String digest : named(json)) {
      if (!blobs.containsKey(digest) && !manifests.containsKey(digest)) {
        throw new RegistryError(400, "MANIFEST_BLOB_UNKNOWN", digest);
      }
    }
    manifests.put(manifest.digest(), manifest);
    if (!reference.contains(":")) {
      tags.put(reference, manifest.digest());
    }
    return manifest;
  }

  /** Removes a tag, or a manifest with all its tags. */
  boolean delete(String reference) {
    if (tags.remove(reference) != null) {
      return true;
    }
    tags.values().removeIf(reference::equals);
    return manifests.remove(reference) != null;
  }

  /** The index that the referrers API answers with (OCI distribution spec, end-12a). */
  byte[] referrers(String digest) throws IOException {
    List<Map<String, Object>> descriptors = new ArrayList<>();
    for (StoredManifest manifest : manifests.values()) {
      if (parse(manifest.content()).path("subject").path("digest").asText().equals(digest)) {
        descriptors.add(
            Map.of(
                "mediaType", manifest.mediaType(),
                "digest", manifest.digest(),
                "size", manifest.content().length));
      }
    }
    return JSON.writeValueAsBytes(
        Map.of(
            "schemaVersion",
            2,
            "mediaType",
            "application/vnd.oci.image.index.v1+json",
            "manifests",
            descriptors));
  }

  private static JsonNode parse(byte[] content) throws RegistryError {
    try {
      JsonNode json = JSON.readTree(content);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new RegistryError(400, "MANIFEST_INVALID", e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
    throw new RegistryError(400, "MANIFEST_INVALID", "no JSON object");
  }

  private static List<String> named(JsonNode json) {
    List<String> digests = new ArrayList<>();
    if (json.has("config")) {
      digests.add(json.path("config").path("digest").asText());
    }
    json.path("layers").forEach(layer -> digests.add(layer.path("digest").asText()));
    json.path("manifests").forEach(manifest -> digests.add(manifest.path("digest").asText()));
    return digests;
  }

  static String sha256(byte[] content) {
    return digest("sha256", content);
  }

  /** Of a digest's algorithm: sha256 or sha512, the two that are registered. */
  static String digest(String algorithm, byte[] content) {
    try {
      MessageDigest sum = MessageDigest.getInstance(algorithm.replace("sha", "SHA-"));
      return algorithm + ":" + HexFormat.of().formatHex(sum.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
