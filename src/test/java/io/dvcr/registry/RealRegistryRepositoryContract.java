package io.dvcr.registry;

import io.dvcr.testbed.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract with CNCF distribution behind it. */
@NullMarked
abstract class RealRegistryRepositoryContract extends RepositoryContract {
  private final RealRegistry.Version version;
  @TempDir private Path folder;
  private RealRegistry registry;
  private RemoteRepositories repositories;

  @SuppressWarnings("NullAway.Init") // JUnit sets the folder, and the rest is made from it
  RealRegistryRepositoryContract(RealRegistry.Version version) {
    this.version = version;
  }

  @BeforeEach
  void start() {
    registry = RealRegistry.start(version, folder);
    repositories = new RemoteRepositories(registry.authority());
  }

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
  void corrupt(String repository, Digest digest) throws IOException {
    String place = "sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex() + "/data";
    Path file = registry.storage().resolve("docker/registry/v2/blobs").resolve(place);
    byte[] content = Files.readAllBytes(file);
    content[0] ^= 1;
    Files.write(file, content);
  }
}
