package io.dvcr.registry;

import java.io.IOException;
import java.util.Optional;

/** Finds credentials for a registry, afresh at each call: what it reads may have changed. */
@FunctionalInterface
public interface CredentialStore {
  /** Nobody has credentials. */
  CredentialStore NONE = registry -> Optional.empty();

  /**
   * @param registry host and port
   * @return empty for anonymous access
   * @throws IOException if the store can't be read
   */
  Optional<Credentials> find(String registry) throws IOException;
}
