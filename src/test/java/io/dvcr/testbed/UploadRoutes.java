package io.dvcr.testbed;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Pushing blobs (OCI distribution spec, end-4, end-5, end-6, end-11, end-13). Each {@code Location}
 * carries the offset, as distribution's state token does: {@code PATCH} and {@code PUT} have to use
 * the newest one.
 */
final class UploadRoutes {
  private final MemoryRegistryOptions options;
  private final String root;
  private final Function<String, StoredRepository> repositories;
  private final Map<String, UploadSession> sessions = new ConcurrentHashMap<>();

  UploadRoutes(
      MemoryRegistryOptions options, String root, Function<String, StoredRepository> repositories) {
    this.options = options;
    this.root = root;
    this.repositories = repositories;
  }

  int open() {
    return sessions.size();
  }

  Collection<UploadSession> all() {
    return List.copyOf(sessions.values());
  }

  void forgetAll() {
    sessions.clear();
  }

  void answer(Exchange exchange, String repository, String id) throws IOException {
    String method = exchange.request().method();
    if (id.isEmpty()) {
      if (!method.equals("POST")) {
        throw new RegistryError(405, "UNSUPPORTED", method);
      }
      begin(exchange, repository);
      return;
    }
    UploadSession session =
        Optional.ofNullable(sessions.get(id))
            .filter(found -> found.repository().equals(repository))
            .orElseThrow(() -> new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", id));
    switch (method) {
      case "PATCH" -> append(exchange, session);
      case "PUT" -> commit(exchange, session);
      case "GET" -> answerWithOffset(exchange, 204, session);
      case "DELETE" -> {
        sessions.remove(id);
        exchange.answer(204, Map.of(), new byte[0]);
      }
      default -> throw new RegistryError(405, "UNSUPPORTED", method);
    }
  }

  private void begin(Exchange exchange, String repository) throws IOException {
    Request request = exchange.request();
    Optional<String> mount = request.query("mount");
    Optional<byte[]> mounted =
        mount
            .filter(digest -> options.mounts())
            .flatMap(digest -> request.query("from").map(repositories))
            .flatMap(from -> Optional.ofNullable(from.blobs().get(mount.orElseThrow())));
    if (mounted.isPresent()) {
      store(exchange, repository, mount.orElseThrow(), mounted.get());
      return;
    }
    Optional<String> digest = request.query("digest");
    UploadSession session = new UploadSession(UUID.randomUUID().toString(), repository);
    if (digest.isPresent()) {
      take(exchange, session);
      store(exchange, repository, digest.get(), session.content());
      return;
    }
    sessions.put(session.id(), session);
    answerWithOffset(exchange, 202, session);
  }

  private void append(Exchange exchange, UploadSession session) throws IOException {
    checkPlace(exchange.request(), session);
    if (session.lastChunk() < options.chunkMinLength().orElse(0)) {
      throw new RegistryError(400, "BLOB_UPLOAD_INVALID", "the chunk before was too short");
    }
    take(exchange, session);
    answerWithOffset(exchange, 202, session);
  }

  private void commit(Exchange exchange, UploadSession session) throws IOException {
    String digest =
        exchange
            .request()
            .query("digest")
            .orElseThrow(() -> new RegistryError(400, "DIGEST_INVALID", "no digest"));
    checkPlace(exchange.request(), session);
    take(exchange, session);
    String found = StoredRepository.digest(digest.split(":", 2)[0], session.content());
    if (!found.equals(digest)) {
      throw new RegistryError(400, "DIGEST_INVALID", "it is " + found);
    }
    sessions.remove(session.id());
    store(exchange, session.repository(), digest, session.content());
  }

  /** Appends the body; refuses one that is too long before it is read, where its length is told. */
  private void take(Exchange exchange, UploadSession session) throws IOException {
    long max = options.maxChunkBytes();
    boolean taken = false;
    try {
      long declared = exchange.request().header("Content-Length").map(Long::parseLong).orElse(0L);
      if (declared > max || !session.append(exchange.body(), max)) {
        taken = true;
        throw new RegistryError(413, "SIZE_INVALID", "more than " + max + " bytes");
      }
      taken = true;
    } finally {
      if (!taken && options.losesCutSessions()) {
        sessions.remove(session.id());
      }
    }
  }

  /**
   * In order only: what is not the next byte is refused (OCI distribution spec, "Pushing a blob in
   * chunks").
   */
  private void checkPlace(Request request, UploadSession session) throws RegistryError {
    boolean newest =
        request.query("offset").filter(o -> o.equals(Long.toString(session.size()))).isPresent();
    Optional<String> range = request.header("Content-Range");
    long length = request.header("Content-Length").map(Long::parseLong).orElse(-1L);
    boolean fits = range.isEmpty() || range.get().startsWith(session.size() + "-");
    if (!fits) {
      throw new RegistryError(416, "BLOB_UPLOAD_INVALID", "it goes on at " + session.size())
          .with("Location", location(session))
          .with("Range", range(session));
    }
    if (!newest) {
      throw new RegistryError(400, "BLOB_UPLOAD_INVALID", "an old Location");
    }
    if (range.isPresent() && length > 0) {
      long last = session.size() + length - 1;
      if (!range.get().equals(session.size() + "-" + last)) {
        throw new RegistryError(400, "SIZE_INVALID", range.get() + " has not " + length + " bytes");
      }
    }
  }

  private void store(Exchange exchange, String repository, String digest, byte[] content)
      throws IOException {
    repositories.apply(repository).blobs().put(digest, content);
    exchange.answer(
        201,
        Headers.of(
            "Location",
            root + "/v2/" + repository + "/blobs/" + digest,
            "Docker-Content-Digest",
            digest),
        new byte[0]);
  }

  private void answerWithOffset(Exchange exchange, int status, UploadSession session)
      throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    boolean first = exchange.request().method().equals("POST");
    headers.put("Location", first ? firstLocation(session) : location(session));
    headers.put("Range", range(session));
    headers.put("Docker-Upload-UUID", session.id());
    if (first) {
      options
          .chunkMinLength()
          .ifPresent(min -> headers.put("OCI-Chunk-Min-Length", Long.toString(min)));
    }
    exchange.answer(status, headers, new byte[0]);
  }

  /** The last byte received; without any, distribution says {@code 0-0}, too. */
  private static String range(UploadSession session) {
    return "0-" + Math.max(0, session.acknowledged() - 1);
  }

  /** Relative to {@code …/blobs/uploads/}. */
  private String firstLocation(UploadSession session) {
    return options.location() == MemoryRegistryOptions.Location.RELATIVE
        ? session.id() + offset(session)
        : location(session);
  }

  private String location(UploadSession session) {
    String path = "/v2/" + session.repository() + "/blobs/uploads/" + session.id();
    return switch (options.location()) {
      case ABSOLUTE -> root + path + offset(session);
      case PATH -> path + offset(session);
      case RELATIVE -> offset(session);
    };
  }

  private static String offset(UploadSession session) {
    return "?offset=" + session.size();
  }
}
