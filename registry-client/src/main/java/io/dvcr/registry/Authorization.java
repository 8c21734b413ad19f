package io.dvcr.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpExchange;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Uris;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers a registry's challenges: Basic, or Bearer with a token from the realm that it names (the
 * token protocol of CNCF distribution, "Token Authentication Specification" and its OAuth2 form for
 * refresh tokens). Credentials are looked up afresh for each challenge. Safe for several threads.
 */
final class Authorization {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TOKEN_ANSWER = 1 << 20;

  /** "If omitted, this defaults to 60 seconds" (Token Authentication Specification). */
  private static final long DEFAULT_LIFE_SECONDS = 60;

  /** A day; what is said to live longer is renewed then. */
  private static final int LONGEST_LIFE = 86_400;

  /** RFC 6750, section 2.1, and what else servers use; no blanks, no control characters. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  /** A token that ends sooner is renewed before it is used. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final HttpConnector connector;
  private final String registry;
  private final CredentialStore store;
  private @Nullable URI origin;
  private @Nullable String value;
  private long renewAt = Long.MAX_VALUE;
  private @Nullable Challenge last;
  private String scope;

  Authorization(HttpConnector connector, String registry, String scope, CredentialStore store) {
    this.connector = connector;
    this.registry = registry;
    this.scope = scope;
    this.store = store;
  }

  /** Where the registry is; before that nothing is authorized. */
  synchronized void at(URI registryOrigin) {
    origin = registryOrigin;
  }

  private boolean isOurs(URI uri) {
    return origin != null && Uris.sameOrigin(origin, uri);
  }

  /**
   * The request with what this registry last took; a token about to end is renewed first. A request
   * to another origin, such as a {@code Location} on another host, stays as it is.
   */
  synchronized HttpRequest on(HttpRequest request) throws IOException {
    if (!isOurs(request.uri())) {
      return request;
    }
    Challenge challenge = last;
    if (challenge != null && System.nanoTime() - renewAt >= 0) {
      answer(challenge, request.uri());
    }
    return value == null ? request : request.with("Authorization", value);
  }

  /**
   * Answers the challenge of a {@code 401} of this registry; nobody else is told who we are.
   *
   * @return false if there is nothing new to try: no challenge that we know, or no credentials
   */
  synchronized boolean answer(HttpResponse unauthorized) throws IOException {
    Optional<Challenge> challenge = Challenge.from(unauthorized.headers().all("WWW-Authenticate"));
    return challenge.isPresent()
        && isOurs(unauthorized.uri())
        && answer(challenge.get(), unauthorized.uri());
  }

  /** Asks for more from the next challenge on: another repository's blobs are to be mounted. */
  synchronized void widen(String moreScope) {
    if (!(" " + scope + " ").contains(" " + moreScope + " ")) {
      scope = scope + " " + moreScope;
      renewAt = System.nanoTime();
    }
  }

  private boolean answer(Challenge challenge, URI registryUri) throws IOException {
    last = challenge;
    Optional<Credentials> credentials = store.find(registry);
    String before = value;
    if (challenge.scheme().equals("basic")) {
      value = credentials.map(Credentials::basic).orElse(null);
      renewAt = Long.MAX_VALUE;
    } else {
      value = "Bearer " + token(challenge, credentials, registryUri);
    }
    return value != null && !value.equals(before);
  }

  private String token(Challenge challenge, Optional<Credentials> credentials, URI registryUri)
      throws IOException {
    URI realm = realm(challenge, registryUri);
    String query = "service=" + encoded(challenge.parameter("service")) + "&scope=" + scopes();
    try (HttpResponse response = ask(realm, query, credentials)) {
      byte[] body = response.bodyUpTo(MAX_TOKEN_ANSWER);
      if (response.status() != 200) {
        throw refused(realm, "it answered " + response.status(), response.status());
      }
      JsonNode json = parse(realm, body);
      String token = json.path("token").asText(json.path("access_token").asText(""));
      if (token.isEmpty()) {
        throw refused(realm, "its answer holds no token", 200);
      }
      if (!TOKEN.matcher(token).matches()) {
        throw refused(realm, "its token can't stand in a header", 200);
      }
      long life = json.path("expires_in").asLong(DEFAULT_LIFE_SECONDS);
      Duration usable = Duration.ofSeconds(Math.clamp(life, 0, LONGEST_LIFE)).minus(MARGIN);
      // Shorter than the margin: used once more until the registry says 401.
      renewAt = usable.isPositive() ? System.nanoTime() + usable.toNanos() : Long.MAX_VALUE;
      return token;
    }
  }

  private JsonNode parse(URI realm, byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw refused(realm, "its answer is no JSON", 200);
    }
  }

  private HttpResponse ask(URI realm, String query, Optional<Credentials> credentials)
      throws IOException {
    if (credentials.isPresent() && credentials.get().refreshToken()) {
      byte[] form =
          ("grant_type=refresh_token&client_id=dvcr&refresh_token="
                  + encoded(credentials.get().password())
                  + "&"
                  + query.replaceFirst("&scope=.*", "&scope=" + encoded(scope)))
              .getBytes(StandardCharsets.UTF_8);
      HttpRequest post =
          HttpRequest.of("POST", realm).with("Content-Type", "application/x-www-form-urlencoded");
      try (HttpExchange exchange = connector.begin(post, form.length)) {
        exchange.write(form, 0, form.length);
        return exchange.finish();
      }
    }
    URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
    HttpRequest get = HttpRequest.of("GET", uri);
    return connector.send(credentials.map(c -> get.with("Authorization", c.basic())).orElse(get));
  }

  private URI realm(Challenge challenge, URI registryUri) throws IOException {
    try {
      URI realm = URI.create(challenge.parameter("realm"));
      if (Uris.host(realm).isEmpty()) {
        throw refused(registryUri, "it names no token server", 401);
      }
      if (Uris.isHttps(registryUri) && !Uris.isHttps(realm)) {
        throw refused(realm, "the registry wants credentials sent there without TLS", 401);
      }
      return realm;
    } catch (IllegalArgumentException e) {
      throw refused(registryUri, "it names no token server", 401);
    }
  }

  private String scopes() {
    return String.join(
        "&scope=", java.util.Arrays.stream(scope.split(" ")).map(Authorization::encoded).toList());
  }

  private RegistryException refused(URI server, String why, int status) {
    boolean temporary = status >= 500 || status == 429;
    return new RegistryException(
        temporary ? RegistryException.Kind.UNAVAILABLE : RegistryException.Kind.UNAUTHORIZED,
        "get a token for " + registry + " from " + Uris.redacted(server),
        status,
        "",
        why);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
