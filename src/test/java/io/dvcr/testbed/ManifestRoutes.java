package io.dvcr.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Manifests and tags (OCI distribution spec, end-3, end-7, end-8, end-9). */
record ManifestRoutes(String name, StoredRepository repository, MemoryRegistryOptions options) {
  /** What registries should take at least, and most take at most. */
  private static final int MAX_BYTES = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  void answer(Exchange exchange, String reference) throws IOException {
    switch (exchange.request().method()) {
      case "GET", "HEAD" -> get(exchange, reference);
      case "PUT" -> put(exchange, reference);
      case "DELETE" -> delete(exchange, reference);
      default -> throw new RegistryError(405, "UNSUPPORTED", exchange.request().method());
    }
  }

  private void get(Exchange exchange, String reference) throws IOException {
    StoredRepository.StoredManifest manifest =
        repository
            .manifest(reference)
            .filter(found -> accepts(exchange.request(), found.mediaType()))
            .orElseThrow(() -> new RegistryError(404, "MANIFEST_UNKNOWN", reference));
    exchange.answer(
        200,
        Headers.of(
            "Content-Type", manifest.mediaType(), "Docker-Content-Digest", manifest.digest()),
        manifest.content());
  }

  /** As distribution: what the client does not accept is not there. */
  private static boolean accepts(Request request, String mediaType) {
    List<String> accepted = request.headers().getOrDefault("Accept", List.of("*/*"));
    String all = String.join(",", accepted);
    return all.contains("*/*") || all.contains(mediaType);
  }

  private void put(Exchange exchange, String reference) throws IOException {
    byte[] content = exchange.body().readNBytes(MAX_BYTES + 1);
    if (content.length > MAX_BYTES) {
      throw new RegistryError(413, "SIZE_INVALID", "more than " + MAX_BYTES + " bytes");
    }
    String mediaType =
        exchange
            .request()
            .header("Content-Type")
            .orElseThrow(() -> new RegistryError(400, "MANIFEST_INVALID", "no Content-Type"));
    StoredRepository.StoredManifest manifest = repository.put(reference, mediaType, content);
    exchange.answer(
        201,
        Headers.of(
            "Location",
            "/v2/" + name + "/manifests/" + manifest.digest(),
            "Docker-Content-Digest",
            manifest.digest()),
        new byte[0]);
  }

  private void delete(Exchange exchange, String reference) throws IOException {
    if (!options.deletes()) {
      throw new RegistryError(405, "UNSUPPORTED", "deleting is not allowed");
    }
    if (!repository.delete(reference)) {
      throw new RegistryError(404, "MANIFEST_UNKNOWN", reference);
    }
    exchange.answer(202, Map.of(), new byte[0]);
  }

  /** A page of the sorted tags, with a link to the next (RFC 8288). */
  void listTags(Exchange exchange) throws IOException {
    Request request = exchange.request();
    List<String> all = repository.tags();
    if (all.isEmpty()) {
      throw new RegistryError(404, "NAME_UNKNOWN", name);
    }
    Optional<String> last = request.query("last");
    int wanted = request.query("n").map(Integer::parseInt).orElse(Integer.MAX_VALUE);
    int page = Math.min(wanted, options.tagsPage().orElse(Integer.MAX_VALUE));
    List<String> left =
        all.stream().filter(tag -> last.isEmpty() || tag.compareTo(last.get()) > 0).toList();
    List<String> tags = left.stream().limit(page).toList();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    if (tags.size() < left.size()) {
      String next = "/v2/" + name + "/tags/list?last=" + tags.getLast() + "&n=" + page;
      headers.put("Link", "<" + next + ">; rel=\"next\"");
    }
    exchange.answer(200, headers, JSON.writeValueAsBytes(Map.of("name", name, "tags", tags)));
  }
}
