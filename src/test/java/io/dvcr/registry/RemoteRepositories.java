package io.dvcr.registry;

import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/** Opens repositories of a registry on the loopback address, with retries that take no time. */
@NullMarked
final class RemoteRepositories implements AutoCloseable {
  /** Small, so that a blob of a few MiB takes several chunks. */
  static final int CHUNK_MEMORY = 1 << 20;

  /** Tries again without progress. */
  static final int WAITS = 5;

  private static final RetryPolicy RETRY_POLICY =
      new RetryPolicy(WAITS, Duration.ofMinutes(10), new InstantTimer());

  private final EventLoops loops = new EventLoops();
  private final String registry;
  private final int chunkMemory;

  RemoteRepositories(String registry) {
    this(registry, CHUNK_MEMORY);
  }

  RemoteRepositories(String registry, int chunkMemory) {
    this.registry = registry;
    this.chunkMemory = chunkMemory;
  }

  Repository open(String repository) {
    return new RemoteRepository(
        new Reference(registry, repository, Optional.empty()),
        loops.connector(ConnectorOptions.DEFAULT),
        new RegistryOptions(CredentialStore.NONE, RETRY_POLICY, true, true, chunkMemory));
  }

  @Override
  public void close() {
    loops.close();
  }
}
