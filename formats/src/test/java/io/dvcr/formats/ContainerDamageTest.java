package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to a VMDK, VDI, VHD or VHDX, it is accepted or refused, and quickly. */
class ContainerDamageTest {
  /** Images of a disk that is mostly empty, so that most damage hits what is parsed. */
  enum Container {
    SPARSE_VMDK("vmdk", "subformat=monolithicSparse"),
    STREAM_VMDK("vmdk", "subformat=streamOptimized"),
    FOOTER_VMDK("", ""),
    VDI("vdi", "static=off"),
    VHD("vpc", "subformat=dynamic"),
    VHDX("vhdx", "block_size=1M,log_size=1M");

    private final String format;
    private final String option;

    Container(String format, String option) {
      this.format = format;
      this.option = option;
    }

    byte[] of(TestDisk disk) throws IOException {
      return this == FOOTER_VMDK
          ? new VmdkStream(16, 64).of(disk.bytes("d.raw"))
          : disk.convert(format, name(), "-o", option);
    }
  }

  private static final int FLIPS = 300;

  @TempDir static Path folder;

  private static TestDisk disk;

  @BeforeAll
  static void makeDisk() throws IOException {
    disk = TestDisk.in(folder);
  }

  private static void assertDecided(byte[] image, Random random, String what) {
    int piece = 1 + random.nextInt(300_000);
    assertThatCode(() -> Inspection.of(image, () -> piece)).as(what).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void flippedBytes_areDecided(Container container) throws IOException {
    byte[] image = container.of(disk);
    List<Integer> parsed = parsed(image);
    Random random = new Random(20_260_101);
    Assertions.assertTimeout(
        Duration.ofMinutes(2),
        () -> {
          for (int i = 0; i < FLIPS; i++) {
            byte[] damaged = image.clone();
            StringBuilder what = new StringBuilder();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
              int at = parsed.get(random.nextInt(parsed.size()));
              damaged[at] = (byte) random.nextInt();
              what.append(" [").append(at).append("]=").append(damaged[at]);
            }
            assertDecided(damaged, random, container + what.toString());
          }
        });
  }

  /** Bytes of sectors that are not all zeros, and not noise of the disk, as far as possible. */
  private static List<Integer> parsed(byte[] image) {
    List<Integer> parsed = new ArrayList<>();
    for (int at = 0; at + 512 <= image.length && parsed.size() < 60_000; at += 512) {
      byte[] sector = Arrays.copyOfRange(image, at, at + 512);
      if (!Arrays.equals(sector, new byte[512])) {
        for (int i = 0; i < 512; i++) {
          parsed.add(at + i);
        }
      }
    }
    for (int at = image.length - 2048; at < image.length; at++) {
      parsed.add(at);
    }
    return parsed;
  }

  @ParameterizedTest
  @EnumSource
  void cutAnywhere_isDecided(Container container) throws IOException {
    byte[] image = container.of(disk);
    Random random = new Random(20_260_102);
    for (int length = 0; length < 4096; length += 31) {
      assertDecided(Patched.cut(image, length), random, container + " cut at " + length);
    }
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(image.length);
      assertDecided(Patched.cut(image, length), random, container + " cut at " + length);
    }
  }
}
