package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dvcr.formats.UnpackedLength.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLengthTest {
  private final byte[] content = Streams.content(60_000, 5);

  /** Reads of the last claim. */
  private int reads;

  private Optional<UnpackedLength> claim(Compression compression, byte[]... parts)
      throws IOException {
    byte[] packed = Streams.concat(parts);
    reads = 0;
    return UnpackedLength.claim(
        compression,
        packed.length,
        (position, buffer, offset, length) -> {
          reads++;
          assertThat(position).isNotNegative();
          assertThat(position + length).isLessThanOrEqualTo(packed.length);
          System.arraycopy(packed, Math.toIntExact(position), buffer, offset, length);
        });
  }

  private static Optional<UnpackedLength> whole(long bytes) {
    return Optional.of(new UnpackedLength(bytes, Scope.WHOLE));
  }

  @Test
  void notPacked_isItsLength() throws IOException {
    assertThat(claim(Compression.NONE, new byte[7])).isEqualTo(whole(7));
  }

  @Test
  void gzip_claimsIsize() throws IOException {
    byte[] packed = RealTool.pipe(content, "gzip", "-c");
    assertThat(claim(Compression.GZIP, packed))
        .contains(new UnpackedLength(content.length, Scope.LAST_MEMBER_MODULO_4_GIB));
    assertThat(claim(Compression.GZIP, Streams.bytes(0xFF, 0xFF, 0xFF, 0xFF)))
        .contains(new UnpackedLength((1L << 32) - 1, Scope.LAST_MEMBER_MODULO_4_GIB));
    assertThat(claim(Compression.GZIP, packed, new byte[512])).isEmpty();
    assertThat(claim(Compression.GZIP, new byte[3])).isEmpty();
  }

  @Test
  void zstd_claimsTheFirstFramesContentSize(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("f"), content);
    byte[] packed = RealTool.pipe(new byte[0], "zstd", "-c", "-q", file.toString());
    assertThat(claim(Compression.ZSTD, packed, packed))
        .contains(new UnpackedLength(content.length, Scope.FIRST_FRAME));
    assertThat(reads).isEqualTo(1);
    assertThat(claim(Compression.ZSTD, RealTool.pipe(content, "zstd", "-c", "-q"))).isEmpty();
    for (int length = 0; length < 6; length++) {
      assertThat(claim(Compression.ZSTD, Arrays.copyOf(packed, length))).isEmpty();
    }
    byte[] absurd = Streams.bytes(0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0xFF);
    assertThat(claim(Compression.ZSTD, absurd)).isEmpty();
    assertThat(claim(Compression.ZSTD, Streams.bytes(0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0)))
        .isEmpty();
  }

  @Test
  void xz_claimsTheSumOfAllStreams() throws IOException {
    byte[] one = XzFile.pack(content).bytes;
    byte[] blocks = XzFile.pack(content, "-T2", "--block-size=4KiB", "--check=sha256").bytes;
    byte[] empty = XzFile.pack(new byte[0]).bytes;
    assertThat(claim(Compression.XZ, one)).isEqualTo(whole(content.length));
    assertThat(reads).isLessThanOrEqualTo(4);
    assertThat(claim(Compression.XZ, blocks)).isEqualTo(whole(content.length));
    assertThat(claim(Compression.XZ, empty)).isEqualTo(whole(0));
    assertThat(claim(Compression.XZ, one, blocks, new byte[5000], empty, one, new byte[8]))
        .isEqualTo(whole(3L * content.length));
  }

  @Test
  void xzWithTooManyStreamsOrTooMuchPadding_hasNoClaim() throws IOException {
    byte[] empty = XzFile.pack(new byte[0]).bytes;
    byte[][] streams = new byte[64][];
    Arrays.fill(streams, empty);
    assertThat(claim(Compression.XZ, streams)).isEqualTo(whole(0));
    assertThat(claim(Compression.XZ, Streams.concat(streams), empty)).isEmpty();
    assertThat(claim(Compression.XZ, empty, new byte[64 << 10])).isEqualTo(whole(0));
    assertThat(claim(Compression.XZ, empty, new byte[(64 << 10) + 4])).isEmpty();
    assertThat(reads).isLessThan(20);
    assertThat(claim(Compression.XZ, new byte[1000])).isEmpty();
    assertThat(claim(Compression.XZ, empty, new byte[3])).isEmpty();
  }

  @Test
  void xzIndexBeyondTheLimit_isNotRead() throws IOException {
    XzFile file = new XzFile(Streams.concat(new byte[20 << 20], XzFile.pack(content).bytes));
    int backwardSize = file.footer() + 4;
    file.set(backwardSize, 0).set(backwardSize + 2, 0x40).fixFooter(); // 16 MiB + 4 bytes
    assertThat(claim(Compression.XZ, file.bytes)).isEmpty();
    assertThat(reads).isLessThanOrEqualTo(2);
  }

  @Test
  void xzIndexWhoseSumsLeaveTheFileOrOverflow_hasNoClaim() throws IOException {
    XzFile file = XzFile.pack(content);
    // Two-byte and longer integers: their highest bits make them larger than the file.
    for (int offset = file.index() + 2; offset < file.footer() - 4; offset++) {
      XzFile lie = file.copy().set(offset, file.bytes[offset] | 0x40);
      if (lie.bytes[offset] != file.bytes[offset]) {
        Optional<UnpackedLength> claim = claim(Compression.XZ, lie.fixIndex().bytes);
        assertThat(claim).satisfiesAnyOf(c -> assertThat(c).isEmpty(), UnpackedLengthTest::larger);
      }
    }
  }

  @Test
  void xzWhoseHeaderAndFooterDiffer_hasNoClaim() throws IOException {
    XzFile file = XzFile.pack(content);
    byte[] otherCheck = file.copy().set(file.footer() + 9, 1).fixFooter().bytes;
    assertThat(claim(Compression.XZ, otherCheck)).isEmpty();
    assertThat(claim(Compression.XZ, file.copy().flip(0).bytes)).isEmpty();
  }

  @Test
  void xzIndexWithTheLargestBlock_hasNoClaim() throws IOException {
    // Its only record: 2^63 - 4 bytes that unpack to none. Before it, next to nothing.
    byte[] index =
        Streams.bytes(0, 1, 0xFC, 255, 255, 255, 255, 255, 255, 255, 0x7F, 0, 0, 0, 0, 0);
    byte[] footer = Streams.bytes(0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 'Y', 'Z');
    for (int before = 0; before <= 16; before += 4) {
      XzFile file = new XzFile(Streams.concat(new byte[before], index, footer));
      assertThat(claim(Compression.XZ, file.fixIndex().fixFooter().bytes)).isEmpty();
    }
  }

  private static void larger(Optional<UnpackedLength> claim) {
    assertThat(claim.orElseThrow().bytes()).isGreaterThan(60_000);
  }

  @Test
  void cutOrDamagedXz_neverFails() throws IOException {
    byte[] packed = XzFile.pack(content, "--block-size=8KiB").bytes;
    for (int length = 0; length < packed.length; length += 97) {
      assertThat(claim(Compression.XZ, Arrays.copyOf(packed, length))).isEmpty();
    }
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = packed.clone();
      damaged[damaged.length - 1 - random.nextInt(200)] = (byte) random.nextInt();
      int at = seed;
      Throwable failure = catchThrowable(() -> claim(Compression.XZ, damaged));
      assertThat(failure).as("seed %d", at).isNull();
    }
  }

  @Test
  void readerThatFails_itsExceptionComesThrough() {
    IOException failure = new IOException("gone");
    for (Compression compression :
        new Compression[] {Compression.GZIP, Compression.XZ, Compression.ZSTD}) {
      Throwable thrown =
          catchThrowable(() ->
              UnpackedLength.claim(
                  compression,
                  1000,
                  (position, buffer, offset, length) -> {
                    throw failure;
                  }));
      assertThat(thrown).isSameAs(failure);
    }
  }
}
