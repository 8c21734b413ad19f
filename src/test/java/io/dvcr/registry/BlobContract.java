package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Repository} promises of blobs, whatever is behind it. */
@NullMarked
abstract class BlobContract extends ResumeContract {
  @Test
  void pushBlob_isIdempotent() throws IOException {
    Repository repository = repository();
    byte[] content = "{}".getBytes(StandardCharsets.UTF_8);

    Descriptor first = repository.pushBlob(MediaTypes.OCI_CONFIG, content);
    Descriptor second = repository.pushBlob(MediaTypes.OCI_CONFIG, content);

    assertThat(first).isEqualTo(new Descriptor(MediaTypes.OCI_CONFIG, Digest.of(content), 2));
    assertThat(second).isEqualTo(first);
    assertThat(read(repository, first)).isEqualTo(content);
  }

  @Test
  void unknownBlob_hasNoSize() throws IOException {
    assertThat(repository().blobSize(Digest.of(seed.bytes(10)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 299_999, 300_000})
  void rangeUpToTheEnd_isTheRest(int offset) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(300_000);
    Descriptor blob = push(repository, content, null);

    assertThat(read(repository, blob, offset, content.length - offset))
        .isEqualTo(Arrays.copyOfRange(content, offset, content.length));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "0, 299999", "1, 65536", "150000, 0", "299999, 1", "300000, 0"})
  void range_isThoseBytesAndNoMore(int offset, int length) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(300_000);
    Descriptor blob = push(repository, content, null);

    assertThat(read(repository, blob, offset, length))
        .isEqualTo(Arrays.copyOfRange(content, offset, offset + length));
  }

  @Test
  void openBlobReadByteByByte_isTheSame() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(5000);
    Descriptor blob = push(repository, content, null);
    byte[] found = new byte[content.length];
    try (InputStream in = repository.openBlob(blob)) {
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

    try (InputStream in = repository.openBlob(blob)) {
      assertThat(in.readNBytes(10)).hasSize(10);
    }

    assertThat(repository.blobSize(blob.digest())).contains((long) BIG);
  }

  @Test
  void openUnknownBlob_isNotFound() {
    Repository repository = repository();
    Descriptor unknown = new Descriptor(LAYER, Digest.of(seed.bytes(10)), 10);

    assertFails(Kind.NOT_FOUND, () -> read(repository, unknown));
  }

  @Test
  void blobWithOtherBytes_isRefusedBeforeItsEnd() throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);
    Descriptor blob = push(repository, content, null);
    corrupt("disks/one", blob.digest());

    assertThatThrownBy(() -> read(repository, blob)).isInstanceOf(RegistryException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void blobOfAnotherSize_isRefused(int difference) throws IOException {
    Repository repository = repository();
    byte[] content = seed.bytes(100_000);
    Descriptor blob = push(repository, content, null);
    Descriptor wrong = new Descriptor(LAYER, blob.digest(), blob.size() + difference);

    assertThatThrownBy(() -> read(repository, wrong)).isInstanceOf(RegistryException.class);
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
      assertThat(read(repository, blob)).isEqualTo(content);
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
}
