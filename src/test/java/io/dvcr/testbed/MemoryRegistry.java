package io.dvcr.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry in memory that is served over real HTTP (OCI distribution spec 1.1) and can be told to
 * fail and to differ. As strict as the spec allows: chunks only in order, manifests only when what
 * they name is there.
 */
public final class MemoryRegistry implements AutoCloseable {
  private static final Pattern ROUTE =
      Pattern.compile(
          "/v2/(?<name>[a-z0-9._/-]+)/(?<kind>blobs|manifests|tags|referrers)/(?<rest>.*)");

  private final ScriptedHttpServer server;
  private final MemoryRegistryOptions options;
  private final RegistryAuth auth;
  private final Map<String, StoredRepository> repositories = new ConcurrentHashMap<>();
  private final UploadRoutes uploads;

  private MemoryRegistry(
      MemoryRegistryOptions options, RegistryAuth auth, Optional<ServerCertificate> certificate) {
    this.options = options;
    this.auth = auth;
    this.server =
        certificate
            .map(c -> ScriptedHttpServer.startTls(c, this::answer))
            .orElseGet(() -> ScriptedHttpServer.start(this::answer));
    this.uploads = new UploadRoutes(options, server.uri("").toString(), this::repository);
  }

  /** A plain registry for everybody. */
  public static MemoryRegistry start() {
    return start(MemoryRegistryOptions.plain(), RegistryAuth.none());
  }

  public static MemoryRegistry start(MemoryRegistryOptions options, RegistryAuth auth) {
    return new MemoryRegistry(options, auth, Optional.empty());
  }

  public static MemoryRegistry startTls(
      MemoryRegistryOptions options, RegistryAuth auth, ServerCertificate certificate) {
    return new MemoryRegistry(options, auth, Optional.of(certificate));
  }

  /** The server: where it is, its faults, and the requests it saw. */
  public ScriptedHttpServer server() {
    return server;
  }

  /** Host and port. */
  public String authority() {
    return server.authority();
  }

  public Faults faults() {
    return server.faults();
  }

  /** Upload sessions that were neither committed nor cancelled. */
  public int openUploadSessions() {
    return uploads.open();
  }

  /** The bytes of a blob. */
  public Optional<byte[]> blob(String repository, String digest) {
    return Optional.ofNullable(repository(repository).blobs().get(digest));
  }

  /** How many blobs a repository has. */
  public int blobCount(String repository) {
    return repository(repository).blobs().size();
  }

  /** The bytes of a manifest, by tag or digest. */
  public Optional<byte[]> manifest(String repository, String reference) {
    return repository(repository).manifest(reference).map(StoredRepository.StoredManifest::content);
  }

  /** Forgets every upload session, as a registry does that was restarted elsewhere. */
  public Effect losesSessions() {
    return exchange -> uploads.forgetAll();
  }

  /** Says from now on that it has so many bytes more than it has (less, if negative). */
  public Effect liesAboutOffsetBy(long bytes) {
    return exchange -> uploads.all().forEach(session -> session.lieBy(bytes));
  }

  /** Loses the last bytes of each session, as a registry does that crashed before a sync. */
  public Effect forgetsLastBytes(long bytes) {
    return exchange -> uploads.all().forEach(session -> session.forget(bytes));
  }

  @Override
  public void close() {
    server.close();
  }

  private StoredRepository repository(String name) {
    return repositories.computeIfAbsent(name, n -> new StoredRepository());
  }

  private void answer(Exchange exchange) throws IOException {
    if (!options.warning().isEmpty()) {
      exchange.alwaysSend("Warning", "299 - \"" + options.warning() + "\"");
    }
    try {
      if (!auth.answered(exchange)) {
        route(exchange);
      }
    } catch (RegistryError e) {
      e.answer(exchange);
    }
  }

  private void route(Exchange exchange) throws IOException {
    Request request = exchange.request();
    Matcher route = ROUTE.matcher(request.path());
    boolean matches = route.matches();
    auth.check(request, server.uri("").toString(), matches ? route.group("name") : "");
    if (request.path().equals("/v2/") || request.path().equals("/v2")) {
      exchange.answer(200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    if (!matches) {
      throw new RegistryError(404, "NAME_UNKNOWN", "no such path");
    }
    String rest = route.group("rest");
    String name = route.group("name");
    switch (route.group("kind")) {
      case "blobs" -> {
        if (rest.startsWith("uploads/")) {
          uploads.answer(exchange, name, rest.substring("uploads/".length()));
        } else {
          new BlobRoutes(repository(name), options).answer(exchange, rest);
        }
      }
      case "manifests" ->
          new ManifestRoutes(name, repository(name), options).answer(exchange, rest);
      case "tags" -> new ManifestRoutes(name, repository(name), options).listTags(exchange);
      default -> {
        byte[] index = repository(name).referrers(rest);
        exchange.answer(
            200, Headers.of("Content-Type", "application/vnd.oci.image.index.v1+json"), index);
      }
    }
  }
}
