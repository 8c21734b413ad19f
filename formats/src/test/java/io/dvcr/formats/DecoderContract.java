package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every decoder keeps to. The samples are made by the real tools. */
abstract class DecoderContract {
  private static final int FLIPS = 400;
  private static final int MUTATIONS = 3000;

  private final byte[] content = Streams.content(3000, 1);
  private byte[] packed = new byte[0];

  abstract Compression compression();

  /** Packs with the real tool, so that the result has every check it can have. */
  abstract byte[] pack(byte[] content) throws IOException;

  /** The rule that refuses a cut stream. */
  abstract Rule truncation();

  /** The real tool, which tests files with {@code -t}. */
  abstract String tool();

  @BeforeEach
  void packContent() throws IOException {
    packed = pack(content);
  }

  private byte[] unpack(byte[] bytes) throws IOException {
    return Streams.unpack(compression(), bytes);
  }

  private InputStream decode(InputStream in) throws IOException {
    return compression().decode(in, DecoderLimits.DEFAULT);
  }

  @Test
  void whole_givesContent() throws IOException {
    assertThat(Compression.detect(packed, packed.length)).isEqualTo(compression());
    assertThat(unpack(packed)).isEqualTo(content);
  }

  @Test
  void empty_givesNothing() throws IOException {
    assertThat(unpack(pack(new byte[0]))).isEmpty();
  }

  @Test
  void megabytes_giveContent() throws IOException {
    byte[] large = Streams.content(5_000_003, 2);
    assertThat(unpack(pack(large))).isEqualTo(large);
  }

  @Test
  void oneByteAtATimeOnBothSides_givesContent() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream in = decode(Streams.inPieces(packed, 1))) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThat(all.toByteArray()).isEqualTo(content);
  }

  @Test
  void readsOfAnySize_giveContent() throws IOException {
    byte[] large = Streams.content(400_000, 3);
    byte[] packedLarge = pack(large);
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int most = 1 << random.nextInt(1, 18);
      InputStream source = Streams.inPieces(packedLarge, 1 << random.nextInt(3, 18));
      try (InputStream in = decode(source)) {
        assertThat(Streams.readInPieces(in, random, most)).as("seed %d", seed).isEqualTo(large);
      }
    }
  }

  @Test
  void sourceThatGivesNothingAtTimes_givesContent() throws IOException {
    InputStream hesitant =
        new FilterInputStream(new ByteArrayInputStream(packed)) {
          private boolean hesitated;

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            hesitated = !hesitated;
            return hesitated ? 0 : super.read(buffer, offset, Math.min(length, 10));
          }
        };
    assertThat(Streams.unpack(compression(), hesitant)).isEqualTo(content);
  }

  @Test
  void cutAtAnyOffset_isRefused() {
    for (int length = 0; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      Throwable failure = catchThrowable(() -> unpack(cut));
      assertThat(failure).as("cut at %d", length).isInstanceOf(ImageRefusedException.class);
      ImageRefusedException refusal = (ImageRefusedException) failure;
      assertThat(refusal.rule()).as("cut at %d: %s", length, refusal).isEqualTo(truncation());
      assertThat(refusal.offset()).hasValue(length);
    }
  }

  @Test
  void sourceFailsAtAnyOffset_itsExceptionComesThrough() {
    IOException failure = new EOFException("the source's own");
    for (int count = 0; count < packed.length; count++) {
      InputStream source = Streams.failing(packed, count, failure);
      assertThat(catchThrowable(() -> Streams.unpack(compression(), source)))
          .as("after %d bytes", count)
          .isSameAs(failure);
    }
  }

  @Test
  void afterAFailure_everyReadFailsTheSame() throws IOException {
    try (InputStream in = decode(new ByteArrayInputStream(packed, 0, packed.length - 1))) {
      Throwable first = catchThrowable(in::readAllBytes);
      assertThat(first).isInstanceOf(ImageRefusedException.class);
      assertThat(catchThrowable(in::read)).isSameAs(first);
      assertThat(catchThrowable(() -> in.read(new byte[10], 2, 3))).isSameAs(first);
    }
  }

  @Test
  void lengthZero_readsZero() throws IOException {
    try (InputStream in = decode(new ByteArrayInputStream(packed))) {
      assertThat(in.read(new byte[5], 5, 0)).isZero();
      assertThat(in.readAllBytes()).isEqualTo(content);
      assertThat(in.read(new byte[0])).isZero();
      assertThatThrownBy(() -> in.read(new byte[5], 3, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void close_closesTheSourceOnceAndRefusesReads() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    InputStream source =
        new FilterInputStream(new ByteArrayInputStream(packed)) {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    InputStream in = decode(source);
    assertThat(in.read()).isNotNegative();
    in.close();
    in.close();
    assertThat(closed).hasValue(1);
    assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
  }

  @Test
  void bitFlipThatTheToolRefuses_isRefused(@TempDir Path folder) throws IOException {
    long seed = 20;
    Random random = new Random(seed);
    List<byte[]> flipped = new ArrayList<>();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < FLIPS; i++) {
      byte[] bytes = packed.clone();
      int bit = random.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      flipped.add(bytes);
      Path file = folder.resolve("flip-%03d%s".formatted(i, compression().suffix()));
      files.add(Files.write(file, bytes).toString());
    }
    List<String> refusedByTool = RealTool.refusing(tool(), "-t", files);
    assertThat(refusedByTool).hasSizeGreaterThan(FLIPS / 2);
    for (int i = 0; i < FLIPS; i++) {
      byte[] bytes = flipped.get(i);
      Throwable failure = catchThrowable(() -> assertThat(unpack(bytes)).isEqualTo(content));
      // What the tool accepts may be refused, too, but never be unpacked to something else.
      if (failure != null || refusedByTool.contains(files.get(i))) {
        assertThat(failure)
            .as("flip %d of seed %d", i, seed)
            .isInstanceOf(ImageRefusedException.class);
      }
    }
  }

  @Test
  void damagedInManyWays_neverFailsUnchecked() {
    for (int seed = 0; seed < MUTATIONS; seed++) {
      byte[] bytes = mutated(new Random(seed));
      Throwable failure = catchThrowable(() -> unpack(bytes));
      if (failure != null) {
        assertThat(failure).as("seed %d", seed).isInstanceOf(ImageRefusedException.class);
        assertThat(failure.getMessage()).as("seed %d", seed).isNotBlank().doesNotEndWith(".");
      }
    }
  }

  /** A few bytes overwritten, removed or doubled. */
  private byte[] mutated(Random random) {
    byte[] bytes = packed;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      int end = Math.min(bytes.length, at + random.nextInt(1, 9));
      byte[] noise = new byte[random.nextInt(9)];
      random.nextBytes(noise);
      bytes =
          Streams.concat(
              Arrays.copyOf(bytes, at), noise, Arrays.copyOfRange(bytes, end, bytes.length));
    }
    return bytes.length == 0 ? new byte[1] : bytes;
  }
}
