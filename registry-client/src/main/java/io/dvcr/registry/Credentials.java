package io.dvcr.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user and a password, or an OAuth2 refresh token in its place. Prints as the user alone.
 *
 * @param refreshToken whether {@code password} is a refresh token (Docker's "identity token")
 */
public record Credentials(String user, String password, boolean refreshToken) {
  public Credentials(String user, String password) {
    this(user, password, false);
  }

  /** The value of an {@code Authorization} field (RFC 7617). */
  public String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return user + ":***";
  }
}
