package io.dvcr.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * What was before schema 2: Docker's image manifest version 2, schema 1 (distribution 2.8,
 * docs/spec/manifest-v2-1.md). It is read, never written.
 *
 * <p>A signed one is a JSON text that signatures were put into. What they sign, and what the
 * manifest's digest is of, is the text before them and a tail that each of them repeats in its
 * protected header (libtrust, jsonsign.go, {@code ParsePrettySignature}). Nothing else of the text
 * counts, for the digest says nothing about the rest. Signatures are not verified: the key comes
 * with them, so that whoever changes the text can sign it anew.
 */
final class Schema1 {
  private Schema1() {}

  /** Told by the content alone: it has no media type of its own, and registries send several. */
  static boolean is(JsonNode json) {
    return json.path("schemaVersion").intValue() == 1;
  }

  /**
   * The bytes that the digest is of: what was signed, or all if nothing was. Less than twice the
   * content, which has both of their parts in it.
   *
   * @param json what {@code content} says
   * @throws MalformedManifestException if the signature does not say what it signs
   */
  static byte[] payload(byte[] content, JsonNode json) throws MalformedManifestException {
    JsonNode signature = json.path("signatures").path(0);
    if (signature.isMissingNode()) {
      return content;
    }
    try {
      JsonNode header = Manifest.json(decoded(signature.path("protected")));
      JsonNode length = header.path("formatLength");
      if (!length.canConvertToInt()
          || length.intValue() < 0
          || length.intValue() > content.length) {
        throw new MalformedManifestException("its signature does not say how much it covers");
      }
      byte[] tail = decoded(header.path("formatTail"));
      byte[] payload = Arrays.copyOf(content, Math.addExact(length.intValue(), tail.length));
      System.arraycopy(tail, 0, payload, length.intValue(), tail.length);
      return payload;
    } catch (IllegalArgumentException e) {
      throw new MalformedManifestException("its signature is no base64: " + e.getMessage());
    }
  }

  /** RFC 7515, section 2: base64url without padding. */
  private static byte[] decoded(JsonNode text) {
    return Base64.getUrlDecoder().decode(text.asText());
  }

  /**
   * The layers, first to last; the manifest has them in the opposite order. Each is there once: all
   * layers without files are the same one.
   *
   * @throws MalformedManifestException if one has no digest
   */
  static List<Digest> layers(JsonNode json) throws MalformedManifestException {
    List<Digest> topmostFirst = new ArrayList<>();
    for (JsonNode layer : json.path("fsLayers")) {
      try {
        topmostFirst.add(Digest.parse(layer.path("blobSum").asText()));
      } catch (IllegalArgumentException e) {
        throw new MalformedManifestException(
            "fsLayers[%d] is no layer: %s".formatted(topmostFirst.size(), e.getMessage()));
      }
    }
    Collections.reverse(topmostFirst);
    return List.copyOf(new LinkedHashSet<>(topmostFirst));
  }
}
