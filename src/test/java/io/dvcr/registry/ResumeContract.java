package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Repository#resume} promises: an upload outlives the process that began it. */
@NullMarked
abstract class ResumeContract extends UploadContract {
  /** Whether uploads can be gone on with at all. */
  boolean resumes() {
    return true;
  }

  /** Whether the registry knows an upload under its latest location only. */
  boolean forgetsCutUploads() {
    return false;
  }

  private static void write(BlobUpload upload, byte[] content, long from, int to)
      throws IOException {
    for (int at = Math.toIntExact(from); at < to; at += 50_000) {
      upload.write(content, at, Math.min(50_000, to - at));
    }
  }

  /** An upload that was saved at one byte, and had come to another when it was suspended. */
  private SavedUpload leftBehind(byte[] content, int savedAt, int sent) throws IOException {
    try (BlobUpload upload = repository().upload(new BytesReplay(content))) {
      write(upload, content, 0, savedAt);
      SavedUpload saved = upload.saved().orElseThrow();
      write(upload, content, savedAt, sent);
      SavedUpload suspended = upload.suspend().orElseThrow();
      assertThat(suspended.written()).isEqualTo(sent);
      return new SavedUpload(
          saved.session(), suspended.location(), saved.written(), saved.digest());
    }
  }

  /** The same, but the registry had got less than was digested. */
  private SavedUpload leftBehindTheRegistry(byte[] content, int digested, int sent)
      throws IOException {
    SavedUpload saved = leftBehind(content, sent, sent);
    MessageDigest digest = Digest.newSha256();
    digest.update(content, 0, digested);
    return new SavedUpload(
        saved.session(), saved.location(), digested, DigestState.of(digest).orElseThrow());
  }

  private void cancel(SavedUpload saved) {
    repository().cancelUpload(saved.session(), saved.location());
  }

  private void assertCompletes(SavedUpload saved, byte[] content) throws IOException {
    Repository repository = repository();
    try (BlobUpload upload = repository.resume(saved, new BytesReplay(content))) {
      int next = Math.min(content.length, Math.toIntExact(saved.written()) + 1);
      write(upload, content, saved.written(), next);
      if (saved.written() < next) {
        assertThat(upload.sent()).as("what an earlier process sent counts").isPositive();
      }
      write(upload, content, next, content.length);
      Descriptor blob = upload.commit(LAYER);

      assertThat(blob).isEqualTo(new Descriptor(LAYER, Digest.of(content), content.length));
      assertThat(read(repository, blob)).isEqualTo(content);
    }
    assertNoUploadSession();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3000000", "1000000, 1000000", "1000000, 1000077", "2000001, 5242887"})
  void uploadOfAnEarlierProcess_isCompleted(int savedAt, int sent) throws IOException {
    if (resumes()) {
      byte[] content = seed.bytes(BIG);
      assertCompletes(leftBehind(content, savedAt, sent), content);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3000000, 70", "5242887, 5000000"})
  void whatTheRegistryDidNotGet_isReadAgain(int digested, int sent) throws IOException {
    if (resumes()) {
      byte[] content = seed.bytes(BIG);
      assertCompletes(leftBehindTheRegistry(content, digested, sent), content);
    }
  }

  /** The location is the one that was told before the registry got more. */
  @Test
  void uploadOfAKilledProcess_isCompleted() throws IOException {
    if (resumes() && !forgetsCutUploads()) {
      byte[] content = seed.bytes(BIG);
      try (BlobUpload upload = repository().upload(new BytesReplay(content))) {
        write(upload, content, 0, 1_000_000);
        SavedUpload saved = upload.saved().orElseThrow();
        write(upload, content, 1_000_000, 3_000_000);
        assertThat(upload.suspend()).isPresent();

        assertCompletes(saved, content);
      }
    }
  }

  @Test
  void uploadThatTheRegistryForgot_isSentAgain() throws IOException {
    if (resumes()) {
      byte[] content = seed.bytes(BIG);
      SavedUpload saved = leftBehind(content, 1_000_000, 2_000_000);
      cancel(saved);

      assertCompletes(saved, content);
    }
  }

  /** Whoever sent them: they are no part of this blob. */
  @ParameterizedTest
  @ValueSource(ints = {100_000, 150_000})
  void moreBytesThanTheBlobHas_areNotCommitted(int length) throws IOException {
    if (resumes()) {
      byte[] content = seed.bytes(200_000);
      SavedUpload saved = leftBehind(content, 100_000, 200_000);
      try (BlobUpload upload = repository().resume(saved, new BytesReplay(content))) {
        write(upload, content, saved.written(), length);

        assertThatThrownBy(() -> upload.commit(LAYER))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.uploadLost()).isTrue());
      }
      assertNoUploadSession();
    }
  }

  @Test
  void uploadOfAnEarlierProcess_isCancelled() throws IOException {
    if (resumes()) {
      SavedUpload saved = leftBehind(seed.bytes(100_000), 50_000, 100_000);

      cancel(saved);
      assertNoUploadSession();
      cancel(saved);
    }
  }

  @Test
  void resumedAndClosedWithoutCommit_leavesNothing() throws IOException {
    if (resumes()) {
      byte[] content = seed.bytes(100_000);
      SavedUpload saved = leftBehind(content, 50_000, 100_000);

      repository().resume(saved, new BytesReplay(content)).close();

      assertNoUploadSession();
    }
  }

  @Test
  void bytesThatCantBeMadeAgain_areNotSaved() throws IOException {
    try (BlobUpload upload = repository().upload(null)) {
      upload.write(new byte[1000], 0, 1000);

      assertThat(upload.saved()).isEmpty();
    }
  }

  @Test
  void garbageInsteadOfADigestState_isAnInvalidArgument() throws IOException {
    if (resumes()) {
      SavedUpload saved = leftBehind(seed.bytes(100), 50, 100);
      Repository repository = repository();

      for (String garbage : new String[] {"", "!", "AAAA"}) {
        assertThatThrownBy(() ->
                repository.resume(
                    new SavedUpload(saved.session(), saved.location(), 50, garbage),
                    new BytesReplay(new byte[0])))
            .isInstanceOf(IllegalArgumentException.class);
      }
      cancel(saved);
    }
  }
}
