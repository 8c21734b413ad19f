package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of QEMU that were cut or hit by chance: a verdict, always, and soon. */
class Qcow2DamageTest {
  @TempDir static Path folder;

  private static TestDisk disk;

  @BeforeAll
  static void makeDisk() throws IOException {
    disk = TestDisk.in(folder);
  }

  private static byte[] make(String options) throws IOException {
    return disk.convert("qcow2", options.replaceAll("\\W", "_") + ".qcow2", options.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o compat=1.1",
        "-o compat=0.10",
        "-o cluster_size=512",
        "-o extended_l2=on",
        "-c",
        "-c -o cluster_size=512",
        "-c -o compression_type=zstd",
      })
  void cutAnywhereBeforeTheLastCluster_isRefused(String options) throws IOException {
    byte[] image = make(options);
    long lastUsed = lastStart(image);
    TreeSet<Integer> lengths = new TreeSet<>();
    for (int length = 1; length < 700; length++) {
      lengths.add(length);
    }
    for (int at = 512; at < image.length; at += 5 * 512) { // all phases of a cluster in turn
      lengths.addAll(List.of(at - 1, at, at + 1));
    }
    for (long near = lastUsed - 600; near < lastUsed + 600; near++) {
      lengths.add((int) near);
    }
    for (int length : lengths) {
      Inspection cut = Inspection.whole(Arrays.copyOf(image, Math.min(length, image.length)));
      if (length < 4) {
        assertThat(cut.accepted().format()).isEqualTo(DiskFormat.RAW);
      } else if (length <= lastUsed) {
        assertThat(cut.refused().rule())
            .as("cut to %d", length)
            .isIn(Rule.Q9, Rule.Q13, Rule.Q14, Rule.Q15);
      } else if (cut.refusal() != null) {
        // A cut compressed cluster, or a table behind all clusters.
        assertThat(cut.refused().rule()).as("cut to %d", length).isIn(Rule.Q14, Rule.Q15);
      }
    }
  }

  /** Where the last cluster or packed cluster starts that the image's L2 tables name. */
  private static long lastStart(byte[] image) {
    ByteBuffer file = ByteBuffer.wrap(image);
    int clusterBits = file.getInt(20);
    int entry = (file.getInt(4) == 3 && (file.getLong(72) & 16) != 0) ? 16 : 8;
    long last = 0;
    for (int i = 0; i < file.getInt(36); i++) {
      int table = (int) (file.getLong((int) file.getLong(40) + 8 * i) & 0xFFFFFFFFFE00L);
      for (int at = table; table != 0 && at < table + (1 << clusterBits); at += entry) {
        long l2 = file.getLong(at);
        long mask = l2 >>> 62 == 1 ? (1L << (70 - clusterBits)) - 1 : 0xFFFFFFFFFE00L;
        last = Math.max(last, l2 & mask);
      }
    }
    return last;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o cluster_size=4k",
        "-o extended_l2=on,cluster_size=16k",
        "-c -o cluster_size=4k",
        "-c -o compression_type=zstd,cluster_size=4k",
        "-c -o cluster_size=2M",
      })
  @Timeout(60)
  void bytesHitByChance_giveAVerdictThatDoesNotDependOnThePieces(String options)
      throws IOException {
    byte[] image = make(options);
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      byte[] hit = hit(image, random);
      long started = System.nanoTime();
      Inspection whole = Inspection.whole(hit);
      Inspection pieces = Inspection.of(hit, () -> 1 + random.nextInt(20_000));
      assertThat(pieces.told()).as("seed %d of %s", seed, options).isEqualTo(whole.told());
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .as("time of seed %d", seed)
          .isLessThan(Duration.ofSeconds(20));
      accepted += whole.refusal() == null ? 1 : 0;
      refused += whole.refusal() == null ? 0 : 1;
    }
    assertThat(accepted).as("harmless hits").isPositive();
    assertThat(refused).as("harmful hits").isPositive();
  }

  /** Changes a few bytes, half of the times in the header or in a table, where it matters. */
  private static byte[] hit(byte[] image, Random random) {
    byte[] hit = image.clone();
    int l1 = (int) ByteBuffer.wrap(image).getLong(40);
    int l2 = (int) (ByteBuffer.wrap(image).getLong(l1) & 0xFFFFFFFFFE00L);
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      int at =
          switch (random.nextInt(5)) {
            case 0 -> 4 + random.nextInt(108);
            case 1 -> l1 + random.nextInt(32);
            case 2 -> l2 + random.nextInt(4096);
            default -> 4 + random.nextInt(image.length - 4);
          };
      hit[at] ^= (byte) (1 << random.nextInt(8));
    }
    return hit;
  }

  @Test
  @Timeout(60)
  void allTablesNamingOneCompressedCluster_endsSoon() throws IOException {
    byte[] image = make("-c -o cluster_size=64k");
    ByteBuffer file = ByteBuffer.wrap(image);
    int l2 = (int) (file.getLong((int) file.getLong(40)) & 0xFFFFFFFFFE00L);
    long entry = file.getLong(l2 + 80 * 8);
    assertThat(entry >>> 62).isEqualTo(1);
    for (int i = 0; i < 8192; i++) {
      // The same cluster with as many sectors as fit, so that no two regions are equal.
      file.putLong(l2 + 8 * i, (entry & ((1L << 54) - 1)) | ((long) (i % 128) << 54) | (1L << 62));
    }
    Inspection.whole(image).accepted();
  }
}
