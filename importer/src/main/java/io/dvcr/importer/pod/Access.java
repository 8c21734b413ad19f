package io.dvcr.importer.pod;

import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.DockerCredentials;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How one side is reached.
 *
 * @param credentials given outright; they go before the file
 * @param authFile docker configuration
 * @param authorities file or folder of certificates to trust
 * @param insecure whether every certificate is trusted
 */
public record Access(
    Optional<Credentials> credentials,
    Optional<Path> authFile,
    Optional<Path> authorities,
    boolean insecure) {

  /** A user and a password, if both are set. */
  public static Optional<Credentials> credentials(
      Environment environment, String userKey, String passwordKey) {
    return environment
        .text(userKey)
        .flatMap(user -> environment.text(passwordKey).map(word -> new Credentials(user, word)));
  }

  CredentialStore store() {
    if (credentials.isPresent()) {
      return registry -> credentials;
    }
    return authFile.<CredentialStore>map(DockerCredentials::in).orElse(CredentialStore.NONE);
  }
}
