package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Repository} and {@link BlobUpload} promise of uploads, whatever is behind them. */
@NullMarked
abstract class UploadContract extends RepositoryTestBase {
  @Test
  void upload_isABlobWithItsDigestAndSize() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);

    Descriptor blob = push(repository, content, null);

    assertThat(blob).isEqualTo(new Descriptor(LAYER, Digest.of(content), content.length));
    assertThat(repository.blobSize(blob.digest())).contains(100_000L);
    assertThat(read(repository, blob)).isEqualTo(content);
  }

  @Test
  void uploadByteByByte_isTheSameBlob() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(2000);
    Descriptor blob;
    try (BlobUpload upload = repository.upload(null)) {
      for (int i = 0; i < content.length; i++) {
        upload.write(content, i, 1);
      }
      blob = upload.commit(LAYER);
    }

    assertThat(read(repository, blob)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadOfSeveralChunks_isOneBlob(boolean replayed) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(BIG);

    Descriptor blob = push(repository, content, replayed ? new BytesReplay(content) : null);

    assertThat(blob.digest()).isEqualTo(Digest.of(content));
    assertThat(read(repository, blob)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadOfNothing_isTheEmptyBlob(boolean replayed) throws IOException {
    Repository repository = repository();

    Descriptor blob = push(repository, new byte[0], replayed ? new BytesReplay(new byte[0]) : null);

    assertThat(blob.digest()).isEqualTo(Digest.of(new byte[0]));
    assertThat(repository.blobSize(blob.digest())).contains(0L);
    assertThat(read(repository, blob)).isEmpty();
  }

  /** One byte: distribution's {@code Range: 0-0} says the same for none. */
  @Test
  void uploadOfOneByte_isABlob() throws IOException {
    Repository repository = repository();

    Descriptor blob = push(repository, new byte[] {42}, null);

    assertThat(read(repository, blob)).containsExactly(42);
  }

  @Test
  void callersArray_isNotKept() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(3000);
    Descriptor blob;
    try (BlobUpload upload = repository.upload(null)) {
      byte[] reused = new byte[1000];
      for (int i = 0; i < content.length; i += reused.length) {
        System.arraycopy(content, i, reused, 0, reused.length);
        upload.write(reused, 0, reused.length);
        Arrays.fill(reused, (byte) 0);
      }
      blob = upload.commit(LAYER);
    }

    assertThat(read(repository, blob)).isEqualTo(content);
  }

  @Test
  void sent_growsToTheLengthAndNeverGoesBack() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(BIG);
    try (BlobUpload upload = repository.upload(null)) {
      long before = upload.sent();
      assertThat(before).isZero();
      for (int i = 0; i < content.length; i += 100_000) {
        upload.write(content, i, Math.min(100_000, content.length - i));
        assertThat(upload.sent()).isBetween(before, (long) content.length);
        before = upload.sent();
      }
      upload.commit(LAYER);
      assertThat(upload.sent()).isEqualTo(content.length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, BIG})
  void closedWithoutCommit_leavesNothing(int length) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(length);
    BlobUpload upload = repository.upload(null);
    upload.write(content, 0, length);

    upload.close();
    upload.close();

    assertNoUploadSession();
    assertThat(repository.blobSize(Digest.of(content))).isEmpty();
  }

  @Test
  void closedAfterCommit_keepsTheBlob() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(1000);
    BlobUpload upload = repository.upload(null);
    upload.write(content, 0, content.length);
    Descriptor blob = upload.commit(LAYER);

    upload.close();
    upload.close();

    assertThat(read(repository, blob)).isEqualTo(content);
  }

  @Test
  void commitOfABlobThatIsThere_isNoError() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);

    Descriptor first = push(repository, content, null);
    Descriptor second = push(repository, content, null);

    assertThat(second).isEqualTo(first);
    assertThat(read(repository, first)).isEqualTo(content);
  }

  @Test
  void twoUploadsInTurn_doNotMix() throws IOException {
    Repository repository = repository();
    byte[] one = seed.bytes(200_000);
    byte[] two = seed.bytes(200_000);
    try (BlobUpload first = repository.upload(null);
        BlobUpload second = repository.upload(null)) {
      for (int i = 0; i < one.length; i += 50_000) {
        first.write(one, i, 50_000);
        second.write(two, i, 50_000);
      }
      Descriptor secondBlob = second.commit(LAYER);
      Descriptor firstBlob = first.commit(LAYER);

      assertThat(read(repository, firstBlob)).isEqualTo(one);
      assertThat(read(repository, secondBlob)).isEqualTo(two);
    }
  }

  @Test
  void uploadsOfManyThreads_doNotMix() throws Exception {
    Repository repository = repository();
    byte[] same = seed.bytes(BIG);
    List<byte[]> contents = List.of(same, seed.bytes(BIG), same, seed.bytes(1000));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Descriptor>> pushes = new ArrayList<>();
      contents.forEach(content -> pushes.add(() -> push(repository, content, null)));
      List<Future<Descriptor>> blobs = threads.invokeAll(pushes, 1, TimeUnit.MINUTES);
      for (int i = 0; i < contents.size(); i++) {
        assertThat(read(repository, blobs.get(i).get())).isEqualTo(contents.get(i));
      }
    }
  }

  @Test
  void interruptedWhileWriting_endsAndLeavesNothing() throws IOException {
    Repository repository = repository();
    byte[] piece = seed.bytes(1 << 20);
    try (BlobUpload upload = repository.upload(null)) {
      upload.write(piece, 0, piece.length);
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> writeUpTo(64, piece, upload))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).as("the thread is still told").isTrue();
    }

    assertNoUploadSession();
  }

  private static void writeUpTo(int times, byte[] piece, BlobUpload upload) throws IOException {
    for (int i = 0; i < times; i++) {
      upload.write(piece, 0, piece.length);
    }
  }
}
