package io.dvcr.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Who may use a {@link MemoryRegistry}. */
public final class RegistryAuth {
  /** How a client proves who it is. */
  private enum Scheme {
    NONE,
    BASIC,
    BEARER
  }

  /** What a token is good for: a scope, and so many requests more. */
  private record Token(String scope, AtomicInteger requestsLeft) {}

  private final Scheme scheme;
  private final String authorization;
  private final int requestsPerToken;
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();
  private final AtomicInteger issued = new AtomicInteger();

  private RegistryAuth(Scheme scheme, String authorization, int requestsPerToken) {
    this.scheme = scheme;
    this.authorization = authorization;
    this.requestsPerToken = requestsPerToken;
  }

  /** Everybody. */
  public static RegistryAuth none() {
    return new RegistryAuth(Scheme.NONE, "", 0);
  }

  /** With a name and a password in every request (RFC 7617). */
  public static RegistryAuth basic(String user, String password) {
    return new RegistryAuth(Scheme.BASIC, basicOf(user, password), 0);
  }

  /**
   * With a token that {@code /token} gives for a name and a password (distribution's token
   * authentication), each good for one scope and for {@code requestsPerToken} requests:
   * short-lived, without waiting.
   */
  public static RegistryAuth bearer(String user, String password, int requestsPerToken) {
    return new RegistryAuth(Scheme.BEARER, basicOf(user, password), requestsPerToken);
  }

  /** How many tokens were given. */
  public int issued() {
    return issued.get();
  }

  /** No token that was given is good any more. */
  public void revokeAll() {
    tokens.clear();
  }

  private static String basicOf(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Whether it was the request for a token, which is answered then. */
  boolean answered(Exchange exchange) throws IOException {
    Request request = exchange.request();
    if (scheme != Scheme.BEARER || !request.path().equals("/token")) {
      return false;
    }
    if (!request.header("Authorization").equals(Optional.of(authorization))) {
      throw new RegistryError(401, "UNAUTHORIZED", "wrong name or password");
    }
    String token = "token-" + issued.incrementAndGet();
    String scope = request.query("scope").orElse("");
    tokens.put(token, new Token(scope, new AtomicInteger(requestsPerToken)));
    String answer = "{\"token\": \"" + token + "\", \"expires_in\": 60}";
    exchange.answer(
        200,
        Headers.of("Content-Type", "application/json"),
        answer.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** Refuses a request without the right credentials. */
  void check(Request request, String server, String repository) throws RegistryError {
    Optional<String> given = request.header("Authorization");
    switch (scheme) {
      case NONE -> {
        return;
      }
      case BASIC -> {
        if (!given.equals(Optional.of(authorization))) {
          throw unauthorized("Basic realm=\"registry\"");
        }
      }
      case BEARER -> {
        String scope = scope(request, repository);
        if (!given
            .filter(g -> g.startsWith("Bearer ") && spend(g.substring(7), scope))
            .isPresent()) {
          throw unauthorized(
              "Bearer realm=\"" + server + "/token\",service=\"memory\",scope=\"" + scope + "\"");
        }
      }
    }
  }

  /** As distribution asks for it, by the method alone: even cancelling an upload is "delete". */
  private static String scope(Request request, String repository) {
    String actions =
        switch (request.method()) {
          case "GET", "HEAD" -> "pull";
          case "DELETE" -> "delete";
          default -> "pull,push";
        };
    return repository.isEmpty() ? "" : "repository:" + repository + ":" + actions;
  }

  private boolean spend(String token, String scope) {
    Token known = tokens.get(token);
    return known != null
        && covers(known.scope(), scope)
        && known.requestsLeft().decrementAndGet() >= 0;
  }

  /** {@code repository:a:pull,push} covers {@code repository:a:pull}. */
  private static boolean covers(String granted, String wanted) {
    int actions = wanted.lastIndexOf(':') + 1;
    List<String> needed = List.of(wanted.substring(actions).split(",", -1));
    return wanted.isEmpty()
        || Stream.of(granted.split(" ", -1))
            .filter(scope -> scope.startsWith(wanted.substring(0, actions)))
            .map(scope -> List.of(scope.substring(actions).split(",", -1)))
            .anyMatch(given -> given.containsAll(needed));
  }

  private static RegistryError unauthorized(String challenge) {
    return new RegistryError(401, "UNAUTHORIZED", "authentication required")
        .with("WWW-Authenticate", challenge);
  }
}
