package io.dvcr.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.registry.RegistryAliasGroup;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperNotFoundException;
import com.google.cloud.tools.jib.registry.credentials.CredentialHelperUnhandledServerUrlException;
import com.google.cloud.tools.jib.registry.credentials.DockerCredentialHelper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * One docker configuration file (docker CLI, {@code cli/config/configfile}): credential helpers
 * first, then what is written down. Only the entry of the registry that is asked for has to be
 * right.
 */
final class DockerConfigFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode root;

  private DockerConfigFile(JsonNode root) {
    this.root = root;
  }

  /**
   * @throws IOException if it can't be read or is no JSON object; the message may quote the file
   */
  static DockerConfigFile read(Path file) throws IOException {
    JsonNode root = JSON.readTree(Files.readAllBytes(file));
    if (root == null || !root.isObject()) {
      throw new IOException("no JSON object");
    }
    return new DockerConfigFile(root);
  }

  /**
   * Who we are at a registry; empty for nobody in particular.
   *
   * @throws IllegalArgumentException if its entry can't be understood
   */
  Optional<Credentials> find(String registry) {
    for (String alias : RegistryAliasGroup.getAliasesGroup(registry)) {
      Optional<Credentials> found = helped(alias).or(() -> written(alias));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** A helper that is not there, or knows nothing, leaves it to what is written. */
  private Optional<Credentials> helped(String registry) {
    Optional<Map.Entry<String, JsonNode>> own = entry(root.path("credHelpers"), registry);
    String name = own.map(Map.Entry::getValue).orElse(root.path("credsStore")).asText("");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String server =
        own.map(Map.Entry::getKey)
            .or(() -> entry(root.path("auths"), registry).map(Map.Entry::getKey))
            .orElse(registry);
    try {
      Credential credential =
          new DockerCredentialHelper(server, Path.of("docker-credential-" + name)).retrieve();
      return Optional.of(
          new Credentials(
              credential.getUsername(),
              credential.getPassword(),
              credential.isOAuth2RefreshToken()));
    } catch (IOException
        | CredentialHelperNotFoundException
        | CredentialHelperUnhandledServerUrlException e) {
      return Optional.empty();
    }
  }

  private Optional<Credentials> written(String registry) {
    return entry(root.path("auths"), registry)
        .map(Map.Entry::getValue)
        .flatMap(entry -> {
          String token = entry.path("identitytoken").asText("");
          String auth = entry.path("auth").asText("");
          if (!token.isEmpty()) {
            return Optional.of(new Credentials(Credential.OAUTH2_TOKEN_USER_NAME, token, true));
          }
          return auth.isEmpty()
              ? pair(entry.path("username").asText(""), entry.path("password").asText(""))
              : decoded(auth);
        });
  }

  private static Optional<Credentials> decoded(String auth) {
    String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("it names no user");
    }
    // Old versions of docker filled it up with them.
    String password = pair.substring(colon + 1).replaceAll("^\0+|\0+$", "");
    return pair(pair.substring(0, colon), password);
  }

  private static Optional<Credentials> pair(String user, String password) {
    return user.isEmpty() || password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials(user, password));
  }

  /** The one with exactly this key, or else the first whose key is a URL of this host. */
  private static Optional<Map.Entry<String, JsonNode>> entry(JsonNode object, String registry) {
    return object.has(registry)
        ? Optional.of(Map.entry(registry, object.path(registry)))
        : object.properties().stream()
            .filter(entry -> host(entry.getKey()).equals(registry))
            .findFirst();
  }

  private static String host(String key) {
    return key.replaceFirst("^https?://", "").replaceFirst("/.*", "");
  }
}
