package io.dvcr.importer;

import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.LayoutRepository;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.RealRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Somewhere to import to, which can tell what was left there. */
@NullMarked
interface Target extends AutoCloseable {
  /** The one that tests use. */
  String REPOSITORY = "disks/one";

  /** Opens the repository; there may be several at a time. */
  Repository open(ImportBench bench);

  /** Uploads, or files of them, that were neither committed nor cancelled. */
  int openUploads();

  /** How skopeo names a tag. */
  String skopeoName(String tag);

  @Override
  void close();

  /** The targets that have to do the same. */
  enum Kind {
    MEMORY,
    DISTRIBUTION_3,
    DISTRIBUTION_2,
    LAYOUT;

    /**
     * @param folder an empty one
     */
    Target start(Path folder) {
      return switch (this) {
        case MEMORY -> new Memory(MemoryRegistry.start());
        case DISTRIBUTION_3 -> new Real(RealRegistry.start(RealRegistry.Version.V3, folder));
        case DISTRIBUTION_2 -> new Real(RealRegistry.start(RealRegistry.Version.V2, folder));
        case LAYOUT -> new Layout(folder.resolve("layout"));
      };
    }
  }

  /** A registry that can be told to fail. */
  record Memory(MemoryRegistry registry) implements Target {
    @Override
    public Repository open(ImportBench bench) {
      return remote(registry.authority(), bench);
    }

    @Override
    public int openUploads() {
      return registry.openUploadSessions();
    }

    @Override
    public String skopeoName(String tag) {
      return remoteName(registry.authority(), tag);
    }

    @Override
    public void close() {
      registry.close();
    }
  }

  /** CNCF distribution. */
  record Real(RealRegistry registry) implements Target {
    @Override
    public Repository open(ImportBench bench) {
      return remote(registry.authority(), bench);
    }

    @Override
    public int openUploads() {
      return registry.openUploadSessions();
    }

    @Override
    public String skopeoName(String tag) {
      return remoteName(registry.authority(), tag);
    }

    @Override
    public void close() {
      registry.close();
    }
  }

  /** A folder. */
  record Layout(Path folder) implements Target {
    @Override
    public Repository open(ImportBench bench) {
      return new LayoutRepository(folder);
    }

    /** Whatever lies beside the blobs and is not the layout's own. */
    @Override
    public int openUploads() {
      Path uploads = folder.resolve(".uploads");
      if (!Files.isDirectory(uploads)) {
        return 0;
      }
      try (Stream<Path> files = Files.list(uploads)) {
        return (int) files.filter(file -> !file.endsWith("lock")).count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String skopeoName(String tag) {
      return "oci:" + folder + ":" + tag;
    }

    @Override
    public void close() {}
  }

  private static String remoteName(String authority, String tag) {
    return "docker://" + authority + "/" + REPOSITORY + ":" + tag;
  }

  private static Repository remote(String authority, ImportBench bench) {
    return new RemoteRepository(
        new Reference(authority, REPOSITORY, Optional.empty()),
        bench.connector(),
        new RegistryOptions(
            CredentialStore.NONE, bench.retryPolicy(), true, true, ImportBench.CHUNK_MEMORY));
  }
}
