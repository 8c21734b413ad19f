package io.dvcr.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives tokens for a {@link RealRegistry} (distribution, "Token Authentication Specification" and
 * its JWT form), whatever is asked for, to one user.
 */
public final class TokenServer implements AutoCloseable {
  static final String SERVICE = "registry";
  static final String ISSUER = "token-server";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();

  private final ServerCertificate signer;
  private final String authorization;
  private final Duration lifetime;
  private final AtomicInteger issued = new AtomicInteger();
  private final ScriptedHttpServer server;

  private TokenServer(
      ServerCertificate signer, String user, String password, Duration lifetime, boolean tls) {
    this.signer = signer;
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    this.authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
    this.lifetime = lifetime;
    this.server =
        tls
            ? ScriptedHttpServer.startTls(signer, this::answer)
            : ScriptedHttpServer.start(this::answer);
  }

  /**
   * @param signer whose key signs the tokens
   * @param lifetime how long a token is good; the registry allows a minute more
   */
  public static TokenServer start(
      ServerCertificate signer, String user, String password, Duration lifetime) {
    return new TokenServer(signer, user, password, lifetime, false);
  }

  /** The same over TLS, with the signer's certificate. */
  public static TokenServer startTls(
      ServerCertificate signer, String user, String password, Duration lifetime) {
    return new TokenServer(signer, user, password, lifetime, true);
  }

  /** How many tokens were given. */
  public int issued() {
    return issued.get();
  }

  URI realm() {
    return server.uri("/token");
  }

  /** What the registry has to trust. */
  Path trusted() {
    return signer.authorityFile();
  }

  @Override
  public void close() {
    server.close();
  }

  private void answer(Exchange exchange) throws IOException {
    Request request = exchange.request();
    if (!request.header("Authorization").equals(Optional.of(authorization))) {
      exchange.answer(401, Headers.of("WWW-Authenticate", "Basic realm=\"tokens\""), new byte[0]);
      return;
    }
    issued.incrementAndGet();
    Map<String, Object> body = Map.of("token", token(request), "expires_in", lifetime.toSeconds());
    exchange.answer(
        200, Headers.of("Content-Type", "application/json"), JSON.writeValueAsBytes(body));
  }

  private String token(Request request) throws IOException {
    try {
      Map<String, Object> header =
          Map.of(
              "typ", "JWT",
              "alg", "RS256",
              "x5c",
                  List.of(Base64.getEncoder().encodeToString(signer.certificate().getEncoded())));
      String signed = encode(header) + "." + encode(claims(request));
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(signer.privateKey());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64_URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> claims(Request request) {
    Instant now = Instant.now();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put("sub", "user");
    claims.put("aud", SERVICE);
    claims.put("iat", now.getEpochSecond());
    claims.put("nbf", now.minusSeconds(10).getEpochSecond()); // clocks of one machine, rounded
    claims.put("exp", now.plus(lifetime).getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("access", access(request.queries("scope")));
    return claims;
  }

  /** {@code repository:name:pull,push}, several with spaces between or one a parameter. */
  private static List<Map<String, Object>> access(List<String> scopes) {
    List<Map<String, Object>> access = new ArrayList<>();
    for (String scope : String.join(" ", scopes).strip().split(" +", 0)) {
      String[] parts = scope.split(":", 3);
      if (parts.length == 3) {
        access.add(
            Map.of(
                "type", parts[0],
                "name", parts[1],
                "actions", List.of(parts[2].split(",", -1))));
      }
    }
    return access;
  }

  private static String encode(Map<String, Object> json) throws IOException {
    return BASE64_URL.encodeToString(JSON.writeValueAsBytes(json));
  }
}
