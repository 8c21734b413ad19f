package io.dvcr.importer.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpExchange;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status of one resource at the API server, written as the pod's service account. The right to
 * {@code patch} that status is all it needs. Blocks; for one thread. Owns its connections.
 */
final class ResourceStatus implements AutoCloseable {
  /** Who owns the fields that are applied (Kubernetes, "Server-Side Apply"). */
  static final String FIELD_MANAGER = "dvcr-report";

  /** For each step of a request; the server gives up after it, too: nothing is written late. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A resource of ours takes a few KiB; etcd keeps none above 1.5 MiB. */
  private static final int LONGEST_ANSWER = 256 << 10;

  private static final int LONGEST_MESSAGE = 300;

  private final ReportTarget target;
  private final URI api;
  private final Path account;
  private final EventLoops loops = new EventLoops();
  private @Nullable HttpConnector connector;
  private String version = "";

  /**
   * @param account the folder of the service account's {@code token} and {@code ca.crt}
   */
  ResourceStatus(ReportConfiguration configuration, Path account) {
    this.target = configuration.target();
    this.api = configuration.api();
    this.account = account;
  }

  /**
   * The resource's progress as it is now. It is asked for by a patch that changes nothing and is
   * not even tried, for that needs no right to read.
   *
   * @return empty if there is none
   * @throws ResourceGoneException if it is not there, or is not the one with the UID
   * @throws IOException if the server can't be asked or refuses
   */
  String progress() throws IOException, ResourceGoneException {
    Answer answer = patch("application/merge-patch+json", "dryRun=All", "{}");
    JsonNode object = answer.json();
    if (answer.status() == 404 && object.at("/details/name").asText().equals(target.name())) {
      throw new ResourceGoneException(target + " is not there");
    }
    answer.expectSuccess();
    version = answer.version();
    if (!object.at("/metadata/uid").asText().equals(target.uid())) {
      throw new ResourceGoneException(target + " is another one now, with another UID");
    }
    return object.at("/status/progress").asText();
  }

  /**
   * Makes these fields of the status ours, and those that were ours before and are not among them
   * nobody's; {@link #progress} goes before the first time. The resource is written only as it was
   * seen last, by its version: never another one of the same name, and never over what its
   * controller wrote after our request was sent. (A UID in the request would not do: for a status
   * the server takes it for granted.)
   *
   * <p>Forced: whoever else claims one of these fields loses it, for a pod that is told to report
   * is the one who does. No other field can be touched by it.
   *
   * @return false if the resource was changed since; {@link #progress} has to see it again
   * @throws IOException if it was not done
   */
  boolean apply(Map<String, Object> fields) throws IOException {
    Map<String, Object> metadata =
        Map.of("name", target.name(), "uid", target.uid(), "resourceVersion", version);
    Map<String, Object> object =
        Map.of(
            "apiVersion",
            target.apiVersion(),
            "kind",
            target.kindName(),
            "metadata",
            metadata,
            "status",
            fields);
    Answer answer =
        patch(
            "application/apply-patch+yaml", // of which JSON is a part
            "force=true&fieldManager=" + FIELD_MANAGER,
            Json.MAPPER.writeValueAsString(object));
    if (answer.status() == 409) {
      return false;
    }
    answer.expectSuccess();
    version = answer.version();
    return true;
  }

  private Answer patch(String type, String query, String body) throws IOException {
    URI uri =
        api.resolve(target.statusPath() + "?" + query + "&timeout=" + PATIENCE.toSeconds() + "s");
    HttpRequest request =
        HttpRequest.of("PATCH", uri)
            .with("Content-Type", type)
            .with("Accept", "application/json")
            .with("Authorization", "Bearer " + token());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (HttpExchange exchange = connector().begin(request, bytes.length)) {
      exchange.write(bytes, 0, bytes.length);
      try (HttpResponse response = exchange.finish(PATIENCE)) {
        return new Answer(response.status(), json(response.bodyUpTo(LONGEST_ANSWER)));
      }
    }
  }

  /** Read each time, for it is replaced long before it expires. */
  private String token() throws IOException {
    return Files.readString(account.resolve("token")).strip();
  }

  private HttpConnector connector() throws IOException {
    HttpConnector open = connector;
    if (open == null) {
      Tls tls = Tls.SYSTEM.trusting(account.resolve("ca.crt"));
      ConnectorOptions plain = ConnectorOptions.DEFAULT;
      open =
          loops.connector(
              new ConnectorOptions(tls, plain.proxies(), plain.addresses(), PATIENCE, PATIENCE));
      connector = open;
    }
    return open;
  }

  /** Ends all connections. */
  @Override
  public void close() {
    loops.close();
  }

  @Override
  public String toString() {
    return target.toString();
  }

  /** Not every answer is the API server's own. */
  private static JsonNode json(byte[] body) throws IOException {
    try {
      return Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return Json.MAPPER.missingNode();
    }
  }

  private record Answer(int status, JsonNode json) {
    /** Without it the next request would be one without a condition. */
    String version() throws IOException {
      String version = json.at("/metadata/resourceVersion").asText();
      if (version.isEmpty()) {
        throw new IOException("the API server's answer is no resource, or a very long one");
      }
      return version;
    }

    /** A refusal is a Status object (Kubernetes, "API Conventions"). */
    void expectSuccess() throws IOException {
      if (status / 100 != 2) {
        String said = json.path("message").asText();
        throw new IOException(
            "the API server answers "
                + status
                + " "
                + said.substring(0, Math.min(said.length(), LONGEST_MESSAGE)));
      }
    }
  }
}
