package io.dvcr.registry;

import io.dvcr.registry.http.HttpExchange;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Uris;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One upload session of a registry: the requests of the OCI distribution spec, "Pushing a blob in
 * chunks", each sent once. The location changes with every answer. For one thread at a time.
 */
final class UploadSession {
  /** {@code 0-<last byte>}; some registries put {@code bytes=} in front. */
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  private final RegistryCalls calls;
  private final String action;
  private final URI first;
  private final long minChunk;
  private URI location;

  private UploadSession(
      RegistryCalls calls, String action, URI first, URI location, long minChunk) {
    this.calls = calls;
    this.action = action;
    this.first = first;
    this.location = location;
    this.minChunk = minChunk;
    calls.sessions().opened(first);
  }

  /** One that an earlier process opened. */
  static UploadSession at(RegistryCalls calls, String action, URI first, URI location) {
    return new UploadSession(calls, action, first, location, 0);
  }

  /** The first location. */
  URI first() {
    return first;
  }

  /** As the registry told it last. */
  URI location() {
    return location;
  }

  /** It was committed, or the registry does not know it any more. */
  void ended() {
    calls.sessions().ended(first);
  }

  /** Cancels it if the registry lets it; if not it purges the session some day by itself. */
  void abandon() {
    // The connection of a first try may have been one that the registry was about to close.
    for (int tries = 0; tries < 2; tries++) {
      try {
        cancel();
        ended();
        return;
      } catch (IOException e) {
        // Tried once more, then left.
      }
    }
  }

  /** end-4a: {@code POST /v2/<name>/blobs/uploads/}. */
  static UploadSession begin(RegistryCalls calls, String action, URI uploads) throws IOException {
    HttpRequest post = HttpRequest.of("POST", uploads);
    try (HttpResponse response = calls.send(action, post, 202)) {
      URI location = location(action, uploads, response);
      return of(calls, action, location, response);
    } catch (RegistryException e) {
      // Not a lost session, which begins anew: this one can't be begun.
      throw e.kind() == RegistryException.Kind.NOT_FOUND ? e.rejected() : e;
    }
  }

  /** The session that an answer to another request opened. */
  static UploadSession of(RegistryCalls calls, String action, URI location, HttpResponse response) {
    long minChunk = response.headers().number("OCI-Chunk-Min-Length").orElse(0L);
    return new UploadSession(calls, action, location, location, minChunk);
  }

  static URI location(String action, URI base, HttpResponse response) throws IOException {
    try {
      String text = response.headers().first("Location").orElse("");
      URI location = Uris.resolve(base, text);
      if (!text.isEmpty() && !Uris.host(location).isEmpty()) {
        return location;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new RegistryException(
        RegistryException.Kind.REJECTED,
        action,
        response.status(),
        "",
        "the registry gave no valid Location for the upload session");
  }

  /** The smallest chunk that the registry takes, except for the last; 0 if it does not say. */
  long minChunk() {
    return minChunk;
  }

  /**
   * end-5: begins {@code PATCH <location>} at offset {@code from}.
   *
   * @param length of the body; negative if it isn't known
   */
  HttpExchange patch(long from, long length) throws IOException {
    HttpRequest patch =
        HttpRequest.of("PATCH", location).with("Content-Type", "application/octet-stream");
    if (length >= 0) {
      patch = patch.with("Content-Range", from + "-" + (from + length - 1));
    }
    return calls.begin(action, patch, length);
  }

  /**
   * Reads the answer to a {@code PATCH}, closes it, and moves the location on.
   *
   * @param sent offset behind the last byte of the body, which the registry has to acknowledge
   */
  void patched(HttpResponse response, long sent) throws IOException {
    if (response.status() != 202 && response.status() != 201 && response.status() != 204) {
      throw calls.refused(action, response);
    }
    try (response) {
      if (response.headers().first("Location").isPresent()) {
        location = location(action, location, response);
      }
      long has = acknowledged(response, sent);
      if (has != sent) {
        throw new RegistryException(
            RegistryException.Kind.UNAVAILABLE,
            action,
            0,
            "",
            "it acknowledged " + has + " of " + sent + " bytes");
      }
    }
  }

  /** end-13: {@code GET <location>}: the bytes that the registry has. */
  long offset() throws IOException {
    try (HttpResponse response = calls.send(action, HttpRequest.of("GET", location), 204, 202)) {
      if (response.headers().first("Location").isPresent()) {
        location = location(action, location, response);
      }
      return acknowledged(response, 0);
    }
  }

  private static long acknowledged(HttpResponse response, long otherwise) {
    String range = response.headers().first("Range").orElse("").strip();
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches()) {
      return otherwise;
    }
    long last = Long.parseLong(matcher.group(1));
    // An empty session has no last byte; distribution writes it as 0-0, which is also one byte.
    // Taken for none: that byte is sent again at worst, and refused if it was there.
    return last == 0 ? Math.min(otherwise, 1) : last + 1;
  }

  /**
   * end-6: {@code PUT <location>?digest=<digest>}.
   *
   * @param size of the blob, which some registries copy before they answer
   */
  void commit(Digest digest, long size) throws IOException {
    String separator = location.getRawQuery() == null ? "?" : "&";
    URI uri = URI.create(location + separator + "digest=" + digest);
    calls.send(action, HttpRequest.of("PUT", uri), size, Set.of(201, 204)).close();
  }

  /**
   * end-14: {@code DELETE <location>}. After a request that was cut the location is that of an
   * earlier offset, and distribution 3 refuses it with 416: then the session is asked for the new
   * one.
   */
  private void cancel() throws IOException {
    try {
      delete();
    } catch (RegistryException stale) {
      long ignored = offset();
      delete();
    }
  }

  private void delete() throws IOException {
    calls.send("cancel an upload", HttpRequest.of("DELETE", location), 204, 202, 200, 404).close();
  }
}
