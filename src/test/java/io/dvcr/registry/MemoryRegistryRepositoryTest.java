package io.dvcr.registry;

import io.dvcr.testbed.MemoryRegistry;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;

@NullMarked
class MemoryRegistryRepositoryTest extends RepositoryContract {
  private final MemoryRegistry registry = MemoryRegistry.start();
  private final RemoteRepositories repositories = new RemoteRepositories(registry.authority());

  @AfterEach
  void close() {
    repositories.close();
    registry.close();
  }

  @Override
  Repository open(String name) {
    return repositories.open(name);
  }

  @Override
  int openUploadSessions() {
    return registry.openUploadSessions();
  }

  @Override
  void corrupt(String repository, Digest digest) {
    registry.blob(repository, digest.toString()).orElseThrow()[0] ^= 1;
  }
}
