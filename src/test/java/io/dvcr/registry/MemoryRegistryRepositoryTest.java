package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

  /** The half of the memory that is not sent yet takes them. */
  @Test
  @Timeout(30)
  void bytes_areTakenWhileTheRegistryStillAnswers() throws IOException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    registry
        .server()
        .faults()
        .add(
            Fault.on("PATCH", "/uploads/")
                .insteadOfTheAnswer()
                .then(exchange -> {
                  asked.countDown();
                  await(answer);
                }));
    byte[] content = seed.bytes(RemoteRepositories.CHUNK_MEMORY);
    int half = content.length / 2;
    Repository repository = repository();
    try (BlobUpload upload = repository.upload(null)) {
      upload.write(content, 0, half);
      await(asked);

      upload.write(content, half, half - 1);

      answer.countDown();
      upload.write(content, content.length - 1, 1);
      Descriptor blob = upload.commit(LAYER);
      assertThat(read(repository, blob)).isEqualTo(content);
    }
  }

  /** It has the blob, but not from this upload: that one is still open. */
  @Test
  void refusedCommitOfABlobThatIsThere_leavesNoUpload() throws IOException {
    byte[] content = seed.bytes(1000);
    Repository repository = repository();
    Descriptor first = push(repository, content, null);
    registry.server().faults().add(Fault.on("PUT", "/uploads/").then(Effect.answer(503)));

    assertThat(push(repository, content, null)).isEqualTo(first);

    assertThat(registry.server().faults().happened()).isEqualTo(1);
    assertNoUploadSession();
  }

  /** Whatever is asked of it: it is looked for as often as the policy says, not more. */
  @Test
  void registryThatIsNotThere_isLookedForOnce() {
    registry.server().faults().add(Fault.on("GET", "/v2/").always().then(Effect.answer(503)));
    Repository repository = repository();

    assertFails(
        RegistryException.Kind.UNAVAILABLE, () -> repository.blobSize(Digest.of(new byte[1])));

    assertThat(registry.server().faults().happened()).isEqualTo(1 + RemoteRepositories.WAITS);
  }

  /** A cache in between may send what it likes: bytes of another place are not taken. */
  @Test
  void rangeThatWasNotAskedFor_isNotTaken() throws IOException {
    byte[] content = seed.bytes(1000);
    Repository repository = repository();
    Descriptor blob = push(repository, content, null);
    registry
        .server()
        .faults()
        .add(
            Fault.on("GET", "/blobs/")
                .then(exchange ->
                    exchange.answer(206, Map.of("Content-Range", "bytes 0-9/1000"), new byte[10])));

    assertThat(read(repository, blob, 500, 10)).isEqualTo(Arrays.copyOfRange(content, 500, 510));
    assertThat(registry.server().faults().happened()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  void corrupt(String repository, Digest digest) {
    registry.blob(repository, digest.toString()).orElseThrow()[0] ^= 1;
  }
}
