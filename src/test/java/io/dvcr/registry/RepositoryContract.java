package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Repository} promises, whatever is behind it. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class RepositoryContract {
  /** Several chunks of a client that holds 1 MiB, and a last one that is not full. */
  private static final int BIG = (5 << 20) + 7;

  private static final Duration TO_NOTICE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);
  private static final String LAYER = MediaTypes.OCI_LAYER;

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
  private void assertNoUploadSession() {
    long deadline = System.nanoTime() + TO_NOTICE.toNanos();
    while (openUploadSessions() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    assertThat(openUploadSessions()).as("upload sessions left behind").isZero();
  }

  private Repository repository() {
    return repository("disks/one");
  }

  private Repository repository(String name) {
    Repository repository = open(name);
    opened.add(repository);
    return repository;
  }

  @Test
  void upload_isABlobWithItsDigestAndSize() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);

    Descriptor blob = push(repository, content, null);

    assertThat(blob).isEqualTo(new Descriptor(LAYER, Digest.of(content), content.length));
    assertThat(repository.blobSize(blob.digest())).contains(100_000L);
    assertThat(read(repository, blob, 0)).isEqualTo(content);
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

    assertThat(read(repository, blob, 0)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadOfSeveralChunks_isOneBlob(boolean replayed) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(BIG);

    Descriptor blob = push(repository, content, replayed ? new BytesReplay(content) : null);

    assertThat(blob.digest()).isEqualTo(Digest.of(content));
    assertThat(read(repository, blob, 0)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void uploadOfNothing_isTheEmptyBlob(boolean replayed) throws IOException {
    Repository repository = repository();

    Descriptor blob = push(repository, new byte[0], replayed ? new BytesReplay(new byte[0]) : null);

    assertThat(blob.digest()).isEqualTo(Digest.of(new byte[0]));
    assertThat(repository.blobSize(blob.digest())).contains(0L);
    assertThat(read(repository, blob, 0)).isEmpty();
  }

  /** One byte: distribution's {@code Range: 0-0} says the same for none. */
  @Test
  void uploadOfOneByte_isABlob() throws IOException {
    Repository repository = repository();

    Descriptor blob = push(repository, new byte[] {42}, null);

    assertThat(read(repository, blob, 0)).containsExactly(42);
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

    assertThat(read(repository, blob, 0)).isEqualTo(content);
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
      upload.flush();
      assertThat(upload.sent()).isEqualTo(content.length);
      upload.commit(LAYER);
      assertThat(upload.sent()).isEqualTo(content.length);
    }
  }

  @Test
  void flushInBetween_changesNothing() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(3000);
    Descriptor blob;
    try (BlobUpload upload = repository.upload(null)) {
      upload.flush();
      upload.write(content, 0, 1000);
      upload.flush();
      upload.flush();
      upload.write(content, 1000, 2000);
      upload.flush();
      blob = upload.commit(LAYER);
    }

    assertThat(read(repository, blob, 0)).isEqualTo(content);
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

    assertThat(read(repository, blob, 0)).isEqualTo(content);
  }

  @Test
  void commitOfABlobThatIsThere_isNoError() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);

    Descriptor first = push(repository, content, null);
    Descriptor second = push(repository, content, null);

    assertThat(second).isEqualTo(first);
    assertThat(read(repository, first, 0)).isEqualTo(content);
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

      assertThat(read(repository, firstBlob, 0)).isEqualTo(one);
      assertThat(read(repository, secondBlob, 0)).isEqualTo(two);
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
        assertThat(read(repository, blobs.get(i).get(), 0)).isEqualTo(contents.get(i));
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

  @Test
  void pushBlob_isIdempotent() throws IOException {
    Repository repository = repository();
    byte[] content = "{}".getBytes(StandardCharsets.UTF_8);

    Descriptor first = repository.pushBlob(MediaTypes.OCI_CONFIG, content);
    Descriptor second = repository.pushBlob(MediaTypes.OCI_CONFIG, content);

    assertThat(first).isEqualTo(new Descriptor(MediaTypes.OCI_CONFIG, Digest.of(content), 2));
    assertThat(second).isEqualTo(first);
    assertThat(read(repository, first, 0)).isEqualTo(content);
  }

  @Test
  void unknownBlob_hasNoSize() throws IOException {
    assertThat(repository().blobSize(Digest.of(seed.bytes(10)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 299_999, 300_000})
  void openBlobAtAnOffset_readsTheRest(int offset) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(300_000);
    Descriptor blob = push(repository, content, null);

    assertThat(read(repository, blob, offset))
        .isEqualTo(Arrays.copyOfRange(content, offset, content.length));
  }

  @Test
  void openBlobReadByteByByte_isTheSame() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(5000);
    Descriptor blob = push(repository, content, null);
    byte[] found = new byte[content.length];
    try (InputStream in = repository.openBlob(blob, 0)) {
      for (int i = 0; i < found.length; i++) {
        found[i] = (byte) in.read();
      }
      assertThat(in.read()).isEqualTo(-1);
      assertThat(in.read()).as("the end stays the end").isEqualTo(-1);
    }

    assertThat(found).isEqualTo(content);
  }

  @Test
  void openBlobClosedEarly_isNoFailure() throws IOException {
    Repository repository = repository();
    Descriptor blob = push(repository, seed.bytes(BIG), null);

    try (InputStream in = repository.openBlob(blob, 0)) {
      assertThat(in.readNBytes(10)).hasSize(10);
    }

    assertThat(repository.blobSize(blob.digest())).contains((long) BIG);
  }

  @Test
  void openUnknownBlob_isNotFound() {
    Repository repository = repository();
    Descriptor unknown = new Descriptor(LAYER, Digest.of(seed.bytes(10)), 10);

    assertFails(Kind.NOT_FOUND, () -> read(repository, unknown, 0));
  }

  @Test
  void blobWithOtherBytes_isRefusedBeforeItsEnd() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);
    Descriptor blob = push(repository, content, null);
    corrupt("disks/one", blob.digest());

    assertThatThrownBy(() -> read(repository, blob, 0)).isInstanceOf(RegistryException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void blobOfAnotherSize_isRefused(int difference) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);
    Descriptor blob = push(repository, content, null);
    Descriptor wrong = new Descriptor(LAYER, blob.digest(), blob.size() + difference);

    assertThatThrownBy(() -> read(repository, wrong, 0)).isInstanceOf(RegistryException.class);
  }

  @Test
  void mount_takesOverABlob() throws IOException {
    byte[] content = seed.bytes(100_000);
    Descriptor blob = push(repository("disks/from"), content, null);
    Repository repository = repository();

    boolean mounted = repository.mount(blob.digest(), "disks/from");

    assertThat(mounted).isEqualTo(mounts());
    assertNoUploadSession();
    if (mounts()) {
      assertThat(read(repository, blob, 0)).isEqualTo(content);
    }
  }

  @Test
  void mountOfAnUnknownBlob_leavesNothing() throws IOException {
    assertThat(repository().mount(Digest.of(seed.bytes(10)), "disks/from")).isFalse();
    assertNoUploadSession();
  }

  @Test
  void deletedBlob_isGone() throws IOException {
    Repository repository = repository();
    Descriptor blob = push(repository, seed.bytes(1000), null);

    repository.deleteBlob(blob.digest());
    repository.deleteBlob(blob.digest());

    assertThat(repository.blobSize(blob.digest())).isEmpty();
  }

  @Test
  void manifest_comesBackByteForByte() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));

    Descriptor pushed = repository.pushManifest("v1", manifest);

    assertThat(pushed).isEqualTo(manifest.descriptor());
    for (String reference : List.of("v1", pushed.digest().toString())) {
      Manifest found = repository.manifest(reference);
      assertThat(found.content()).isEqualTo(manifest.content());
      assertThat(found.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }
  }

  @Test
  void manifestByDigest_getsNoTag() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    repository.pushManifest("v1", manifest);
    Manifest other = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));

    repository.pushManifest(other.descriptor().digest().toString(), other);

    assertThat(repository.manifest(other.descriptor().digest().toString()).content())
        .isEqualTo(other.content());
    assertThat(repository.tags()).containsExactly("v1");
  }

  @Test
  void dockerManifest_isTakenWherePromised() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.DOCKER_MANIFEST, seed.bytes(100));

    if (repository.takesDockerMediaTypes()) {
      repository.pushManifest("v1", manifest);

      assertThat(repository.manifest("v1").mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
      assertThat(repository.manifest("v1").content()).isEqualTo(manifest.content());
    }
  }

  @Test
  void secondManifestOfATag_takesItOver() throws IOException {
    Repository repository = repository();
    Manifest first = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    Manifest second = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    repository.pushManifest("v1", first);

    repository.pushManifest("v1", second);

    assertThat(repository.manifest("v1").content()).isEqualTo(second.content());
    assertThat(repository.tags()).containsExactly("v1");
  }

  @Test
  void manifestOfAMissingBlob_isRefusedAndGetsNoTag() throws IOException {
    Repository repository = repository();
    repository.pushManifest("v0", manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(9)));
    Descriptor missing = new Descriptor(LAYER, Digest.of(seed.bytes(10)), 10);
    Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, bytes("{}"));
    Manifest manifest =
        Manifest.parse(
            MediaTypes.OCI_MANIFEST, bytes(json(MediaTypes.OCI_MANIFEST, config, missing)));

    assertThatThrownBy(() -> repository.pushManifest("v1", manifest))
        .isInstanceOf(RegistryException.class);
    assertThat(repository.tags()).containsExactly("v0");
  }

  @Test
  void unknownManifest_isNotFound() throws IOException {
    Repository repository = repository();
    assertFails(Kind.NOT_FOUND, () -> repository.manifest("v1"));

    repository.pushManifest("v0", manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(9)));

    assertFails(Kind.NOT_FOUND, () -> repository.manifest("v1"));
    String digest = Digest.of(seed.bytes(10)).toString();
    assertFails(Kind.NOT_FOUND, () -> repository.manifest(digest));
  }

  @Test
  void tags_areSorted() throws IOException {
    Repository repository = repository();
    Manifest manifest = manifest(repository, MediaTypes.OCI_MANIFEST, seed.bytes(100));
    for (String tag : List.of("v2", "latest", "v10", "V3")) {
      repository.pushManifest(tag, manifest);
    }

    assertThat(repository.tags()).containsExactly("V3", "latest", "v10", "v2");
  }

  private Descriptor push(Repository repository, byte[] content, @Nullable Replay replay)
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

  private static byte[] read(Repository repository, Descriptor blob, long from) throws IOException {
    try (InputStream in = repository.openBlob(blob, from)) {
      return in.readNBytes(BIG + 1);
    }
  }

  /** With blank space that only bytes keep. */
  private static Manifest manifest(Repository repository, String mediaType, byte[] layer)
      throws IOException {
    Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, bytes("{}"));
    Descriptor blob = repository.pushBlob(LAYER, layer);
    return Manifest.parse(mediaType, bytes(json(mediaType, config, blob)));
  }

  private static String json(String mediaType, Descriptor config, Descriptor layer) {
    return """
    {  "schemaVersion":2,
     "mediaType"  : "%s", "config": %s,
       "layers":[ %s ]
    }
    """
        .formatted(mediaType, json(config), json(layer));
  }

  private static String json(Descriptor descriptor) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertFails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).as(e.toString()).isEqualTo(kind));
  }
}
