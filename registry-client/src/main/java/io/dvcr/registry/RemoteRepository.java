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

  /** A page of tags; a registry with more than these pages is not listed whole. */
  private static final int MAX_PAGE = 4 << 20;

  private static final int MAX_PAGES = 1000;
  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]*)>\\s*;.*rel=\"?next\"?.*");

  private final String registry;
  private final String repository;
  private final RegistryCalls calls;
  private final int chunkMemory;
  private final String acceptedManifests;
  private final Endpoint endpoint;

  /**
   * @param where registry and repository; its tag does not matter
   * @param options how to talk to it
   */
  public RemoteRepository(Reference where, HttpConnector connector, RegistryOptions options) {
    this.registry = where.registry();
    this.repository = where.repository();
    this.chunkMemory = options.chunkMemory();
    this.acceptedManifests =
        options.push() ? MediaTypes.STORABLE_MANIFESTS : MediaTypes.READABLE_MANIFESTS;
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

  private BlobRequests blobs() throws IOException {
    return new BlobRequests(calls, name(), uri("blobs/"));
  }

  @Override
  public BlobUpload upload(@Nullable Replay replay) throws IOException {
    return replay == null
        ? RemoteBlobUpload.held(blobs(), chunkMemory)
        : RemoteBlobUpload.replayed(blobs(), replay);
  }

  @Override
  public BlobUpload resume(SavedUpload saved, Replay replay) throws IOException {
    return RemoteBlobUpload.resumed(blobs(), saved, replay);
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

  @Override
  public Optional<Long> blobSize(Digest digest) throws IOException {
    BlobRequests blobs = blobs();
    return calls.retrying(() -> blobs.size(digest));
  }

  @Override
  public boolean mount(Digest digest, String fromRepository) throws IOException {
    BlobRequests blobs = blobs();
    calls.widen("repository:" + fromRepository + ":pull");
    return calls.retrying(() -> blobs.mount(digest, fromRepository));
  }

  @Override
  public InputStream openBlob(Descriptor blob) throws IOException {
    return blobs().open(blob, 0, blob.size());
  }

  @Override
  public InputStream openRange(Descriptor blob, long from, long length) throws IOException {
    // No range is empty (RFC 9110, section 14.1.2).
    return length == 0
        ? InputStream.nullInputStream()
        : blobs().open(blob, from, Math.addExact(from, length));
  }

  @Override
  public void deleteBlob(Digest digest) {
    try {
      BlobRequests blobs = blobs();
      Uninterrupted.call(() -> {
        blobs.delete(digest);
        return digest;
      });
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
        HttpRequest.of("GET", uri("manifests/" + reference)).with("Accept", acceptedManifests);
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
