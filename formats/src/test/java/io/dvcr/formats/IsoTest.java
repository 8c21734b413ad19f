package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ISO files that xorriso and genisoimage made, and what becomes of them when they are damaged. */
class IsoTest {
  private static final int DESCRIPTORS = 32768;

  @TempDir static Path folder;

  private static TestDisk disk;

  @BeforeAll
  static void makeIsos() throws IOException {
    disk = TestDisk.in(folder);
    Files.createDirectory(folder.resolve("dir"));
    Files.write(folder.resolve("dir/file"), new byte[700_000]);
    Files.write(folder.resolve("efi.img"), new byte[1 << 20]);
    disk.run("xorriso", "-as", "mkisofs", "-o", "plain.iso", "-V", "VOL", "-J", "-R", "dir/");
    disk.run(
        "xorriso", "-as", "mkisofs", "-o", "mbr.iso", "-J", "--protective-msdos-label", "dir/");
    disk.run(
        "xorriso",
        "-as",
        "mkisofs",
        "-o",
        "hybrid.iso",
        "-J",
        "-R",
        "-partition_offset",
        "16",
        "-append_partition",
        "2",
        "0xef",
        "efi.img",
        "-appended_part_as_gpt",
        "dir/");
    disk.run("genisoimage", "-quiet", "-udf", "-J", "-R", "-o", "udf.iso", "dir/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.iso", "mbr.iso", "hybrid.iso", "udf.iso"})
  void realIso_isIsoOfItsLength(String name) throws IOException {
    byte[] image = disk.bytes(name);
    Inspection inspection = Inspection.everyWay(image);
    assertThat(inspection.accepted().format()).isEqualTo(DiskFormat.ISO);
    assertThat(inspection.accepted().virtualSize()).isEqualTo(image.length);
    assertThat(disk.qemuInfo(name)).isEqualTo("raw " + image.length);
    assertThat(inspection.reads()).isZero();
  }

  @Test
  void partitionTablesOfHybrids_areTold() throws IOException {
    assertThat(Inspection.whole(disk.bytes("plain.iso")).accepted().notes()).isEmpty();
    assertThat(Inspection.whole(disk.bytes("mbr.iso")).accepted().notes())
        .containsExactly("MBR partition table");
    assertThat(Inspection.whole(disk.bytes("hybrid.iso")).accepted().notes())
        .containsExactly("GPT partition table");
  }

  @Test
  void isoThatWasCut_isRefusedBeyondTheRunOut() throws IOException {
    byte[] image = disk.bytes("plain.iso");
    int volume =
        Integer.reverseBytes(java.nio.ByteBuffer.wrap(image).getInt(DESCRIPTORS + 80)) * 2048;
    int runOut = 150 * 2048;
    assertThat(volume).isGreaterThan(runOut);
    assertRefused(Arrays.copyOf(image, volume - runOut - 1));
    DiskImage forgiven = Inspection.everyWay(Arrays.copyOf(image, volume - runOut)).accepted();
    assertThat(forgiven.notes()).anyMatch(note -> note.contains(runOut + " bytes"));
  }

  @ParameterizedTest
  @ValueSource(ints = {32774, 32775, 34815, 34816, 36864, 38911})
  void isoThatEndsInsideItsDescriptors_isRefused(int length) throws IOException {
    assertRefused(Arrays.copyOf(disk.bytes("udf.iso"), length));
  }

  @Test
  void primaryDescriptorBehindABootRecord_isRead() throws IOException {
    byte[] image = disk.bytes("plain.iso");
    byte[] moved = image.clone();
    System.arraycopy(image, DESCRIPTORS, moved, DESCRIPTORS + 2048, 2048);
    moved[DESCRIPTORS] = 0; // boot record
    java.nio.ByteBuffer.wrap(moved).putInt(DESCRIPTORS + 2048 + 80, -1);
    assertRefused(moved);
  }

  @Test
  void descriptorsWithoutEnd_areNotFollowedForEver() {
    byte[] image = new byte[200_000];
    for (int at = DESCRIPTORS; at + 2048 <= image.length; at += 2048) {
      image = TestDisk.patchText(image, at, "\u0002CD001");
    }
    assertThat(Inspection.everyWay(image).accepted().format()).isEqualTo(DiskFormat.ISO);
  }

  @Test
  void udfAlone_isIso() {
    byte[] image = TestDisk.patchText(new byte[100_000], DESCRIPTORS, "\0BEA01");
    image = TestDisk.patchText(image, DESCRIPTORS + 2048, "\0NSR02");
    assertThat(Inspection.everyWay(image).accepted().format()).isEqualTo(DiskFormat.ISO);
  }

  @Test
  void qcow2InTheSystemArea_isAPolyglot() throws IOException {
    byte[] image = TestDisk.patchText(disk.bytes("plain.iso"), 0, "QFI\u00FB");
    assertThat(Inspection.everyWay(image).refused().rule()).isEqualTo(Rule.P1);
  }

  private static void assertRefused(byte[] image) {
    ImageRefusedException refusal = Inspection.everyWay(image).refused();
    assertThat(refusal.rule()).as("%s", refusal).isEqualTo(Rule.I1);
  }
}
