package io.dvcr.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Uris;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A repository of a registry, over HTTP. The numbers {@code end-…} are the specification's. */
public final class RemoteRepository implements Repository {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACCEPTED_MANIFESTS =
      String.join(
          ", ",
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_LIST);

  /** A page of tags; a registry with more than these pages is not listed whole. */
  private static final int MAX_PAGE = 4 << 20;

  private static final int MAX_PAGES = 1000;
  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]*)>\\s*;.*rel=\"?next\"?.*");

  private final String registry;
  private final String repository;
  private final RegistryCalls calls;
  private final int chunkMemory;
  private final Endpoint endpoint;

  /**
   * @param where registry and repository; its tag does not matter
   * @param options how to talk to it
   */
  public RemoteRepository(Reference where, HttpConnector connector, RegistryOptions options) {
    this.registry = where.registry();
    this.repository = where.repository();
    this.chunkMemory = options.chunkMemory();
    String scope = "repository:" + repository + (options.push() ? ":pull,push" : ":pull");
    Authorization authorization =
        new Authorization(connector, registry, scope, options.credentials());
    this.calls =
        new RegistryCalls(connector, authorization, options.retryPolicy(), options.sessions());
    this.endpoint = new Endpoint(registry, options.plainHttp(), calls);
  }

  @Override
  public String name() {
    return "docker://" + registry + "/" + repository;
  }

  @Override
  public boolean takesDockerMediaTypes() {
    return true;
  }

  private URI uri(String path) throws IOException {
    return endpoint.base().resolve("/v2/" + repository + "/" + path);
  }

  @Override
  public BlobUpload upload(@Nullable Replay replay) throws IOException {
    return new RemoteBlobUpload(calls, pushing(), target(), replay, chunkMemory);
  }

  @Override
  public BlobUpload resume(SavedUpload saved, Replay replay) throws IOException {
    UploadSession session = UploadSession.at(calls, pushing(), saved.session(), saved.location());
    return new RemoteBlobUpload(calls, pushing(), target(), saved, session, replay);
  }

  @Override
  public void cancelUpload(URI session, URI location) {
    Uninterrupted.run(() -> {
      try {
        endpoint.baseNow(); // credentials go to a registry that was found only
        UploadSession.at(calls, "cancel an upload", session, location).abandon();
      } catch (IOException e) {
        // What is not there now purges its uploads some day.
      }
    });
  }

  private String pushing() {
    return "push a blob to " + name();
  }

  private RemoteBlobUpload.Target target() throws IOException {
    URI uploads = uri("blobs/uploads/");
    return new RemoteBlobUpload.Target() {
      @Override
      public UploadSession begin() throws IOException {
        return UploadSession.begin(calls, pushing(), uploads);
      }

      @Override
      public boolean has(Digest digest, long size) throws IOException {
        return sizeOnce(digest, uri("blobs/" + digest)).filter(found -> found == size).isPresent();
      }
    };
  }

  @Override
  public Descriptor pushBlob(String mediaType, byte[] content) throws IOException {
    Descriptor blob = new Descriptor(mediaType, Digest.of(content), content.length);
    if (blobSize(blob.digest()).isPresent()) {
      return blob;
    }
    try (BlobUpload upload = upload(null)) {
      upload.write(content, 0, content.length);
      return upload.commit(mediaType);
    }
  }

  /** end-2: {@code HEAD /v2/<name>/blobs/<digest>}. */
  @Override
  public Optional<Long> blobSize(Digest digest) throws IOException {
    URI uri = uri("blobs/" + digest);
    return calls.retrying(() -> sizeOnce(digest, uri));
  }

  private Optional<Long> sizeOnce(Digest digest, URI uri) throws IOException {
    String action = "look for blob " + digest + " in " + name();
    HttpRequest head = HttpRequest.of("HEAD", uri);
    try (HttpResponse response = calls.send(action, head, 200, 404)) {
      return response.status() == 404
          ? Optional.empty()
          : response.headers().number("Content-Length");
    }
  }

  /** end-11: {@code POST /v2/<name>/blobs/uploads/?mount=<digest>&from=<other_name>}. */
  @Override
  public boolean mount(Digest digest, String fromRepository) throws IOException {
    calls.widen("repository:" + fromRepository + ":pull");
    String action = "mount blob " + digest + " of " + fromRepository + " into " + name();
    String query =
        "?mount=" + digest + "&from=" + URLEncoder.encode(fromRepository, StandardCharsets.UTF_8);
    URI uri = uri("blobs/uploads/" + query);
    return calls.retrying(() -> {
      try (HttpResponse response =
          calls.send(action, HttpRequest.of("POST", uri), 201, 202, 403, 404)) {
        if (response.status() == 202) {
          URI location = UploadSession.location(action, uri, response);
          UploadSession.of(calls, action, location, response).abandon();
        }
        return response.status() == 201;
      }
    });
  }

  @Override
  public InputStream openBlob(Descriptor blob) throws IOException {
    return openPart(blob, 0, blob.size());
  }

  @Override
  public InputStream openRange(Descriptor blob, long from, long length) throws IOException {
    // No range is empty (RFC 9110, section 14.1.2).
    return length == 0
        ? InputStream.nullInputStream()
        : openPart(blob, from, Math.addExact(from, length));
  }

  private InputStream openPart(Descriptor blob, long from, long end) throws IOException {
    String action = "pull blob " + blob.digest() + " of " + name();
    URI uri = uri("blobs/" + blob.digest());
    return new BlobStream(
        calls,
        action,
        blob,
        from,
        end,
        offset ->
            offset == 0 && end == blob.size()
                ? openWhole(action, uri)
                : openOnce(action, uri, offset, end));
  }

  /** end-2: {@code GET /v2/<name>/blobs/<digest>}. */
  private InputStream openWhole(String action, URI uri) throws IOException {
    return calls.send(action, pull(uri), 200).body();
  }

  /** The same with a range, which not every registry knows. */
  private InputStream openOnce(String action, URI uri, long offset, long end) throws IOException {
    HttpRequest get = pull(uri).with("Range", "bytes=" + offset + "-" + (end - 1));
    HttpResponse response = calls.send(action, get, 200, 206);
    InputStream body = response.body();
    try {
      if (response.status() == 200) {
        body.skipNBytes(offset);
      } else {
        requireStart(action, response, offset);
      }
      return body;
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }

  private static HttpRequest pull(URI uri) {
    return HttpRequest.of("GET", uri).with("Accept-Encoding", "identity");
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
  @Override
  public void deleteBlob(Digest digest) {
    try {
      HttpRequest delete = HttpRequest.of("DELETE", uri("blobs/" + digest));
      String action = "delete blob " + digest + " of " + name();
      Uninterrupted.call(() -> calls.send(action, delete, 202, 200, 404, 405)).close();
    } catch (IOException e) {
      // Many registries forbid it; their garbage collection finds the blob.
    }
  }

  @Override
  public void discardBlob(Digest digest) {}

  /** end-3: {@code GET /v2/<name>/manifests/<reference>}. */
  @Override
  public Manifest manifest(String reference) throws IOException {
    String action = "pull manifest " + reference + " of " + name();
    HttpRequest get =
        HttpRequest.of("GET", uri("manifests/" + reference)).with("Accept", ACCEPTED_MANIFESTS);
    Manifest manifest =
        calls.retrying(() -> {
          try (HttpResponse response = calls.send(action, get, 200)) {
            byte[] content = response.bodyUpTo(Manifest.MAX_LENGTH + 1);
            if (content.length > Manifest.MAX_LENGTH) {
              throw new MalformedManifestException(
                  "it is longer than " + Manifest.MAX_LENGTH + " bytes");
            }
            return Manifest.parse(mediaType(response), content);
          } catch (MalformedManifestException e) {
            throw new RegistryException(
                RegistryException.Kind.REJECTED,
                action,
                0,
                "MANIFEST_INVALID",
                String.valueOf(e.getMessage()));
          }
        });
    if (reference.contains(":") && !manifest.digestMatches(Digest.parse(reference))) {
      throw new RegistryException(
          RegistryException.Kind.REJECTED,
          action,
          0,
          RegistryException.DIGEST_INVALID,
          "the registry sent a manifest with another digest");
    }
    return manifest;
  }

  private static String mediaType(HttpResponse response) {
    String field = response.headers().first("Content-Type").orElse("");
    int semicolon = field.indexOf(';');
    return (semicolon < 0 ? field : field.substring(0, semicolon)).strip();
  }

  /** end-7: {@code PUT /v2/<name>/manifests/<reference>}. */
  @Override
  public Descriptor pushManifest(String reference, Manifest manifest) throws IOException {
    String action = "push manifest " + reference + " to " + name();
    HttpRequest put =
        HttpRequest.of("PUT", uri("manifests/" + reference))
            .with("Content-Type", manifest.mediaType());
    calls.retrying(() -> {
      calls.send(action, put, manifest.content(), 201, 200).close();
      return manifest;
    });
    return manifest.descriptor();
  }

  /** end-8: {@code GET /v2/<name>/tags/list}, page by page. */
  @Override
  public List<String> tags() throws IOException {
    String action = "list the tags of " + name();
    SortedSet<String> tags = new TreeSet<>();
    Optional<URI> page = Optional.of(uri("tags/list"));
    for (int pages = 0; page.isPresent() && pages < MAX_PAGES; pages++) {
      URI uri = page.get();
      page = calls.retrying(() -> readTags(action, uri, tags));
    }
    return List.copyOf(tags);
  }

  private Optional<URI> readTags(String action, URI uri, SortedSet<String> tags)
      throws IOException {
    try (HttpResponse response = calls.send(action, HttpRequest.of("GET", uri), 200)) {
      JsonNode page = tagsPage(action, response.bodyUpTo(MAX_PAGE));
      page.path("tags").forEach(tag -> tags.add(tag.asText()));
      Matcher next = NEXT_PAGE.matcher(response.headers().first("Link").orElse(""));
      return next.matches() ? Optional.of(Uris.resolve(uri, next.group(1))) : Optional.empty();
    }
  }

  private static JsonNode tagsPage(String action, byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new RegistryException(
          RegistryException.Kind.REJECTED, action, 200, "", "its answer is no list of tags");
    }
  }

  /** Nothing to end: connections are the connector's. */
  @Override
  public void close() {}
}
