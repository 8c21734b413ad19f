package io.dvcr.registry;

import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The requests for the blobs of one repository, each sent once. The numbers {@code end-…} are the
 * OCI distribution specification's. Safe for several threads.
 *
 * @param repository its name, for messages
 * @param blobs {@code https://host/v2/<name>/blobs/}
 */
record BlobRequests(RegistryCalls calls, String repository, URI blobs) {
  private URI uri(Digest digest) {
    // Without the dot its colon would end a scheme (RFC 3986, section 4.2).
    return blobs.resolve("./" + digest);
  }

  /** What an upload does, for messages. */
  String pushing() {
    return "push a blob to " + repository;
  }

  /** A new upload session. */
  UploadSession beginUpload() throws IOException {
    return UploadSession.begin(calls, pushing(), blobs.resolve("uploads/"));
  }

  /** The upload session that an earlier process opened. */
  UploadSession uploadOf(SavedUpload saved) {
    return UploadSession.at(calls, pushing(), saved.session(), saved.location());
  }

  /** end-2: {@code HEAD /v2/<name>/blobs/<digest>}. */
  Optional<Long> size(Digest digest) throws IOException {
    String action = "look for blob " + digest + " in " + repository;
    try (HttpResponse response =
        calls.send(action, HttpRequest.of("HEAD", uri(digest)), 200, 404)) {
      return response.status() == 404
          ? Optional.empty()
          : response.headers().number("Content-Length");
    }
  }

  /** end-11: {@code POST /v2/<name>/blobs/uploads/?mount=<digest>&from=<other_name>}. */
  boolean mount(Digest digest, String fromRepository) throws IOException {
    String action = "mount blob " + digest + " of " + fromRepository + " into " + repository;
    String query =
        "?mount=" + digest + "&from=" + URLEncoder.encode(fromRepository, StandardCharsets.UTF_8);
    URI uri = blobs.resolve("uploads/" + query);
    try (HttpResponse response =
        calls.send(action, HttpRequest.of("POST", uri), 201, 202, 403, 404)) {
      if (response.status() == 202) {
        URI location = UploadSession.location(action, uri, response);
        UploadSession.of(calls, action, location, response).abandon();
      }
      return response.status() == 201;
    }
  }

  /** The bytes of a blob from {@code from} on, up to {@code end}; resumed after cuts. */
  InputStream open(Descriptor blob, long from, long end) throws IOException {
    String action = "pull blob " + blob.digest() + " of " + repository;
    return new BlobStream(
        calls, action, blob, from, end, offset -> openOnce(action, blob, offset, end));
  }

  /** end-2: {@code GET /v2/<name>/blobs/<digest>}; with a range, which not every registry knows. */
  private InputStream openOnce(String action, Descriptor blob, long from, long end)
      throws IOException {
    HttpRequest get = HttpRequest.of("GET", uri(blob.digest())).with("Accept-Encoding", "identity");
    boolean whole = from == 0 && end == blob.size();
    if (!whole) {
      get = get.with("Range", "bytes=" + from + "-" + (end - 1));
    }
    HttpResponse response = calls.send(action, get, 200, 206);
    InputStream body = response.body();
    try {
      if (response.status() == 200) {
        body.skipNBytes(from);
      } else {
        requireStart(action, response, from);
      }
      return body;
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }

  /** RFC 9110, section 14.4: the part that was sent begins where it was asked for. */
  private static void requireStart(String action, HttpResponse response, long offset)
      throws RegistryException {
    String range = response.headers().first("Content-Range").orElse("").strip();
    if (!range.startsWith("bytes " + offset + "-")) {
      throw new RegistryException(
          RegistryException.Kind.UNAVAILABLE,
          action,
          206,
          "",
          "it sent \"" + range + "\" when asked for the bytes from " + offset + " on");
    }
  }

  /** end-10: {@code DELETE /v2/<name>/blobs/<digest>}. */
  void delete(Digest digest) throws IOException {
    String action = "delete blob " + digest + " of " + repository;
    calls.send(action, HttpRequest.of("DELETE", uri(digest)), 202, 200, 404, 405).close();
  }
}
