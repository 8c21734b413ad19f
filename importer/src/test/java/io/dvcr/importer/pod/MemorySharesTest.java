package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySharesTest {
  private static final long MIB = 1 << 20;

  /** What {@code xz -9} needs: a dictionary of 64 MiB, and a little beside it. */
  private static final long XZ_9 = 65 * MIB;

  /** The heap of a limit of 128 MiB is half of it. */
  @Test
  void smallPod_takesDefaultPresets() {
    MemoryShares shares = MemoryShares.of(64 * MIB);

    assertThat(shares.decoder().xzMemory()).isBetween(9 * MIB, 40 * MIB);
    assertThat(shares.decoder().zstdWindow()).isEqualTo(8 * MIB);
    assertThat((long) shares.held()).isBetween(6 * MIB, 7 * MIB);
  }

  @Test
  void podOf256MiB_takesXz9() {
    assertThat(MemoryShares.of(128 * MIB).decoder().xzMemory()).isGreaterThan(XZ_9);
    assertThat(MemoryShares.limitFor(XZ_9)).isLessThanOrEqualTo(256 * MIB);
  }

  @Test
  void largePod_holdsNoMoreThanIsOfUse() {
    MemoryShares shares = MemoryShares.of(1800 * MIB);

    assertThat(shares.held()).isEqualTo(32 << 20);
    assertThat(shares.decoder().zstdWindow()).isEqualTo(1024 * MIB);
  }

  /** Whoever does what the message says is not told to do it again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 9, 16, 33, 64, 65, 128, 257, 1536})
  void limitThatIsTold_isEnough(long needed) {
    long limit = MemoryShares.limitFor(needed * MIB);
    MemoryShares shares = MemoryShares.of(limit / 2);

    assertThat(shares.decoder().xzMemory()).isGreaterThanOrEqualTo(needed * MIB);
    if (Long.bitCount(needed) == 1) {
      assertThat(shares.decoder().zstdWindow()).isGreaterThanOrEqualTo(needed * MIB);
    }
  }

  @Test
  void tinyHeap_isUsedAsFarAsItGoes() {
    MemoryShares shares = MemoryShares.of(1);

    assertThat(shares.held()).isPositive();
    assertThat(shares.decoder().xzMemory()).isPositive();
  }
}
