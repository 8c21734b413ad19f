package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A repository under test, and what its tests do with it again and again. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class RepositoryTestBase {
  /** Several chunks of a client that holds 1 MiB, and a last one that is not full. */
  static final int BIG = (5 << 20) + 7;

  private static final Duration TO_NOTICE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
  static final String LAYER = MediaTypes.OCI_LAYER;

  @RegisterExtension final Seed seed = new Seed();

  private final List<Repository> opened = new ArrayList<>();

  /** Opens a repository of the registry that this test has for itself. */
  abstract Repository open(String name);

  /** Uploads that were neither committed nor cancelled. */
  abstract int openUploadSessions();

  /** Changes the stored bytes of a blob, but not its length. */
  abstract void corrupt(String repository, Digest digest) throws IOException;

  /** Whether blobs are mounted from one repository into another. */
  boolean mounts() {
    return true;
  }

  @AfterEach
  void nothingIsLeftBehind() {
    opened.forEach(Repository::close);
    assertNoUploadSession();
  }

  /** A registry may notice only after the client that a request was cut: it gets a moment. */
  final void assertNoUploadSession() {
    long deadline = System.nanoTime() + TO_NOTICE.toNanos();
    while (openUploadSessions() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    assertThat(openUploadSessions()).as("upload sessions left behind").isZero();
  }

  final Repository repository() {
    return repository("disks/one");
  }

  final Repository repository(String name) {
    Repository repository = open(name);
    opened.add(repository);
    return repository;
  }

  final Descriptor push(Repository repository, byte[] content, @Nullable Replay replay)
      throws IOException {
    try (BlobUpload upload = repository.upload(replay)) {
      int done = 0;
      while (done < content.length) {
        int length = Math.min(content.length - done, 1 + seed.random().nextInt(200_000));
        upload.write(content, done, length);
        done += length;
      }
      return upload.commit(LAYER);
    }
  }

  static byte[] read(Repository repository, Descriptor blob) throws IOException {
    try (InputStream in = repository.openBlob(blob)) {
      return in.readNBytes(BIG + 1);
    }
  }

  static byte[] read(Repository repository, Descriptor blob, long from, long length)
      throws IOException {
    try (InputStream in = repository.openRange(blob, from, length)) {
      return in.readNBytes(BIG + 1);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void assertFails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).as(e.toString()).isEqualTo(kind));
  }
}
