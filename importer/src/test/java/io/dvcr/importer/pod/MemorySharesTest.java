package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySharesTest {
  private static final long MIB = 1 << 20;

  /** What {@code xz -9} needs: a dictionary of 64 MiB, and a little beside it. */
  private static final long XZ_9 = 65 * MIB;

  /** What the image's launcher gives of a limit. */
  private static long heapOf(long limit) {
    return (limit - 66 * MIB) * 3 / 4;
  }

  @Test
  void smallPod_takesDefaultPresets() {
    MemoryShares shares = MemoryShares.of(heapOf(128 * MIB));

    assertThat(shares.decoder().xzMemory()).isBetween(9 * MIB, 40 * MIB);
    assertThat(shares.decoder().zstdWindow()).isEqualTo(8 * MIB);
    assertThat(shares.held()).isBetween(4 << 20, 5 << 20);
  }

  @Test
  void podOf256MiB_takesXz9() {
    assertThat(MemoryShares.of(heapOf(256 * MIB)).decoder().xzMemory()).isGreaterThan(XZ_9);
    assertThat(MemoryShares.limitForXz(XZ_9)).isLessThanOrEqualTo(256 * MIB);
  }

  @Test
  void largePod_holdsNoMoreThanIsOfUse() {
    MemoryShares shares = MemoryShares.of(1800 * MIB);

    assertThat(shares.held()).isEqualTo(32 << 20);
    assertThat(shares.decoder().zstdWindow()).isEqualTo(512 * MIB);
  }

  /** Whoever does what the message says is not told to do it again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 9, 16, 33, 64, 65, 128, 257, 1536})
  void limitThatIsTold_isEnough(long needed) {
    MemoryShares forXz = MemoryShares.of(heapOf(MemoryShares.limitForXz(needed * MIB)));
    assertThat(forXz.decoder().xzMemory()).isGreaterThanOrEqualTo(needed * MIB);

    long window = Long.highestOneBit(needed) * MIB;
    MemoryShares forZstd = MemoryShares.of(heapOf(MemoryShares.limitForWindow(window)));
    assertThat(forZstd.decoder().zstdWindow()).isGreaterThanOrEqualTo(window);
  }

  @Test
  void tinyHeap_isUsedAsFarAsItGoes() {
    MemoryShares shares = MemoryShares.of(1);

    assertThat(shares.held()).isPositive();
    assertThat(shares.decoder().xzMemory()).isPositive();
  }
}
