package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule of qcow2, by images that QEMU made and by bytes patched. */
class Qcow2RefusedTest {
  private static final int CLUSTER = 64 << 10;

  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] v2;
  private static byte[] v3;
  private static byte[] extended;
  private static byte[] zlib;
  private static byte[] zstd;

  @BeforeAll
  static void makeImages() throws IOException {
    disk = TestDisk.in(folder);
    v2 = disk.convert("qcow2", "v2.qcow2", "-o", "compat=0.10");
    v3 = disk.convert("qcow2", "v3.qcow2");
    extended = disk.convert("qcow2", "ext.qcow2", "-o", "extended_l2=on");
    zlib = disk.convert("qcow2", "zlib.qcow2", "-c");
    zstd = disk.convert("qcow2", "zstd.qcow2", "-c", "-o", "compression_type=zstd");
  }

  private static ImageRefusedException assertRefused(Rule rule, byte[] image) {
    ImageRefusedException refusal = Inspection.everyWay(image).refused();
    assertThat(refusal.rule()).as("%s", refusal).isEqualTo(rule);
    return refusal;
  }

  private static byte[] image(String base) {
    return switch (base) {
      case "v2" -> v2;
      case "v3" -> v3;
      case "ext" -> extended;
      default -> throw new AssertionError(base);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "Q1, v2, 8, 4096",
    "Q1, v3, 8, 4096",
    "Q1, v3, 8, -1",
    "Q2, v3, 72, 4",
    "Q2, v3, 88, 2",
    "Q2, v3, 72, 255",
    "Q3, v3, 72, 32",
    "Q3, v3, 72, -9223372036854775808",
    "Q4, v3, 72, 2",
    "Q9, v2, 24, -1",
    "Q9, v3, 24, 9223372036854775807",
    "Q9, v3, 24, 536870913",
    "Q9, v3, 40, 197120",
    "Q9, v3, 40, -65536",
    "Q9, v3, 40, 9223372036854710272",
    "Q9, v3, 40, 1099511627776",
    "Q11, v3, 48, 1",
    "Q11, v3, 48, -65536",
  })
  void longFieldOfTheHeader_isRefused(Rule rule, String base, int offset, long value) {
    assertRefused(rule, TestDisk.patchLong(image(base), offset, value));
  }

  @ParameterizedTest
  @CsvSource({
    "Q6, v3, 4, 0",
    "Q6, v3, 4, 1",
    "Q6, v3, 4, 4",
    "Q6, v3, 4, -1",
    "Q7, v2, 32, 1",
    "Q7, v3, 32, 2",
    "Q7, v3, 32, -1",
    "Q8, v2, 20, 8",
    "Q8, v3, 20, 22",
    "Q8, v3, 20, -1",
    "Q8, v3, 20, 64",
    "Q8, ext, 20, 13",
    "Q9, v2, 36, 0",
    "Q9, v3, 36, 4194305",
    "Q9, v3, 36, -1",
    "Q10, v3, 100, 103",
    "Q10, v3, 100, 65537",
    "Q10, v3, 100, -1",
    "Q11, v3, 96, 7",
    "Q11, v3, 96, -1",
    "Q11, v3, 56, 0",
    "Q11, v2, 56, 129",
    "Q11, v3, 56, -1",
    "Q12, v3, 60, 65537",
    "Q12, v3, 60, -1",
  })
  void intFieldOfTheHeader_isRefused(Rule rule, String base, int offset, int value) {
    assertRefused(rule, TestDisk.patchInt(image(base), offset, value));
  }

  @Test
  void l1TableThatReachesBeyondTheEnd_isRefused() throws IOException {
    disk.run("qemu-img", "create", "-q", "-f", "qcow2", "empty.qcow2", "1M");
    assertRefused(Rule.Q13, TestDisk.patchInt(disk.bytes("empty.qcow2"), 36, 4194304));
  }

  @Test
  void unalignedSnapshotTable_isRefused() {
    byte[] image = TestDisk.patchInt(v3, 60, 1);
    assertRefused(Rule.Q12, TestDisk.patchLong(image, 64, 100));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "0, 1", "8, 2", "0, 255", "8, 0"})
  void compressionTypeThatContradictsItsBit_isRefused(long features, int type) {
    byte[] image = TestDisk.patchLong(v3, 72, features);
    image[104] = (byte) type;
    if (features == 8 && type == 1) {
      image = TestDisk.patchInt(image, 100, 104); // the type is not part of so short a header
    }
    assertRefused(Rule.Q5, image);
  }

  @Test
  void backingFile_isRefusedWithItsName() {
    String name = "b1.qcow2";
    disk.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-u",
        "-b",
        "/etc/passwd",
        "-F",
        "raw",
        name,
        "1M");
    assertThat(refusedFile(Rule.Q1, name)).hasMessageContaining("'/etc/passwd'");
  }

  @Test
  void backingFileWithPassword_isRefusedWithoutShowingIt() {
    String name = "b2.qcow2";
    String url = "nbd://me:secret@host/disk";
    disk.run("qemu-img", "create", "-q", "-f", "qcow2", "-u", "-b", url, "-F", "raw", name, "1M");
    assertThat(refusedFile(Rule.Q1, name).getMessage()).doesNotContain("secret");
  }

  @Test
  void externalDataFile_isRefused() {
    String name = "data.qcow2";
    disk.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", "data_file=data.raw", name, "1M");
    refusedFile(Rule.Q2, name);
  }

  @Test
  void luksInside_isRefused() {
    String name = "luks.qcow2";
    String encryption = "encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10";
    disk.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "--object",
        "secret,id=s,data=x",
        "-o",
        encryption,
        name,
        "1M");
    refusedFile(Rule.Q7, name);
  }

  @Test
  void version1_isRefused() {
    disk.run("qemu-img", "create", "-q", "-f", "qcow", "q1.qcow", "1M");
    refusedFile(Rule.Q6, "q1.qcow");
  }

  private static ImageRefusedException refusedFile(Rule rule, String name) {
    try {
      return assertRefused(rule, disk.bytes(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void unknownFeature_isRefusedByTheImagesOwnName() {
    byte[] image = TestDisk.patchLong(v3, 72, 1L << 17 | 1L << 40);
    int table =
        new String(image, 0, 1000, java.nio.charset.StandardCharsets.ISO_8859_1)
            .indexOf("h\u0003\u00F8W");
    image[table + 8] = 0;
    image[table + 9] = 17;
    image = TestDisk.patchText(image, table + 10, "time travel\0");
    assertThat(assertRefused(Rule.Q3, image)).hasMessageContaining("bit 17 (time travel), bit 40");
  }

  @ParameterizedTest
  @CsvSource({"Q2, 1145132097", "Q7, 87539319"})
  void extensionThatNeedsMore_isRefused(Rule rule, int type) {
    assertRefused(rule, TestDisk.patchInt(v3, 112, type));
    assertRefused(rule, TestDisk.patchInt(v2, 72, type));
  }

  @ParameterizedTest
  @CsvSource({"65417", "-1", "2147483647"})
  void extensionThatLeavesItsArea_isRefused(int length) {
    assertRefused(Rule.Q10, TestDisk.patchInt(TestDisk.patchInt(v3, 112, 77), 116, length));
  }

  @Test
  void snapshotTableThatCannotBeRead_isRefused() {
    byte[] one = TestDisk.patchInt(v3, 60, 1);
    byte[] aligned = Arrays.copyOf(one, (v3.length + 131_071) / 65_536 * 65_536);
    assertRefused(Rule.Q12, TestDisk.patchLong(v3, 64, 1));
    assertRefused(Rule.Q12, TestDisk.patchLong(v3, 64, -1));
    assertRefused(Rule.Q12, TestDisk.patchLong(one, 64, 1L << 40));
    byte[] sound = TestDisk.patchLong(aligned, 64, aligned.length - 65_536);
    assertThat(Inspection.whole(sound).accepted()).isNotNull();
    byte[] extra = TestDisk.patchInt(sound, aligned.length - 65_536 + 36, 1025);
    assertRefused(Rule.Q12, extra);
    assertRefused(Rule.Q12, TestDisk.patchInt(sound, 60, 2000));
  }

  /** As QEMU reads it: the length goes first. */
  @Test
  void endOfExtensionsThatLeavesTheArea_isRefused() {
    assertRefused(Rule.Q10, TestDisk.patchInt(TestDisk.patchInt(v3, 112, 0), 116, -1));
  }

  @Test
  void extensionUpToTheEndOfItsArea_isAccepted() {
    byte[] image = TestDisk.patchInt(TestDisk.patchInt(v3, 112, 77), 116, CLUSTER - 120);
    Inspection.everyWay(image).accepted();
  }

  @Test
  void imageThatEndsInFrontOfItsL2Table_isRefused() {
    int l1 = (int) ByteBuffer.wrap(v3).getLong(40);
    assertRefused(Rule.Q13, Arrays.copyOf(v3, 110));
    assertRefused(Rule.Q13, Arrays.copyOf(v3, 71));
    assertRefused(Rule.Q13, Arrays.copyOf(v3, 5));
    assertRefused(Rule.Q9, Arrays.copyOf(v3, l1));
    assertRefused(Rule.Q13, Arrays.copyOf(v3, l1 + 7));
    assertRefused(Rule.Q14, Arrays.copyOf(v3, l1 + 8));
  }

  private static int l2(byte[] image) {
    ByteBuffer buffer = ByteBuffer.wrap(image);
    return (int) (buffer.getLong((int) buffer.getLong(40)) & 0xFFFFFFFFFE00L);
  }

  @ParameterizedTest
  @CsvSource({"512", "1", "65536", "281474976645120", "72057594037862400"})
  void l2TableInTheWrongPlace_isRefused(long delta) {
    int l1 = (int) ByteBuffer.wrap(v3).getLong(40);
    long far = (v3.length + (long) CLUSTER - 1) / CLUSTER * CLUSTER + delta;
    if (delta != 1) { // bit 0 is no part of the offset
      assertRefused(Rule.Q14, TestDisk.patchLong(v3, l1, far));
    }
    assertRefused(Rule.Q14, TestDisk.patchLong(v3, l1, 512));
  }

  @Test
  void clusterInTheWrongPlace_isRefused() {
    int entry = l2(v3) + 32 * 8;
    int end = (v3.length + CLUSTER - 1) / CLUSTER * CLUSTER;
    assertRefused(Rule.Q14, TestDisk.patchLong(v3, entry, end));
    assertRefused(Rule.Q14, TestDisk.patchLong(v3, entry, 1L << 55));
    assertRefused(Rule.Q14, TestDisk.patchLong(v3, entry, CLUSTER + 512));
    Inspection.everyWay(TestDisk.patchLong(v3, entry, end | 1)).accepted(); // reads as zeros
    Inspection.everyWay(TestDisk.patchLong(v3, entry, CLUSTER)).accepted();
  }

  @Test
  void entriesThatContradictThemselves_areRefused() {
    assertRefused(Rule.Q14, TestDisk.patchLong(v2, l2(v2) + 32 * 8, 1));
    int bitmap = l2(extended) + 32 * 16 + 8;
    assertRefused(Rule.Q14, TestDisk.patchLong(extended, bitmap, 1L << 32 | 1));
    assertRefused(Rule.Q14, TestDisk.patchLong(extended, l2(extended) + 32 * 16, 0));
  }

  @Test
  void compressedClusterBehindTheEnd_isRefused() {
    int offset = l2(zlib) + 32 * 8;
    assertRefused(Rule.Q14, TestDisk.patchLong(zlib, offset, 1L << 62 | 1L << 40));
    assertRefused(Rule.Q14, TestDisk.patchLong(zlib, offset, -1));
  }

  @Test
  void compressedClusterThatGivesNoCluster_isRefused() {
    for (byte[] image : new byte[][] {zlib, zstd}) {
      long entry = ByteBuffer.wrap(image).getLong(l2(image) + 80 * 8);
      int data = (int) (entry & ((1L << 54) - 1));
      assertThat(entry >>> 62).isEqualTo(1);
      byte[] damaged = image.clone();
      Arrays.fill(damaged, data, data + 4, (byte) 0xFF);
      assertRefused(Rule.Q15, damaged);
      assertRefused(Rule.Q15, TestDisk.patchLong(image, l2(image) + 80 * 8, entry + 1));
    }
  }

  @Test
  void compressedClusterThatIsTooShort_isRefused() throws IOException {
    for (byte[] image : new byte[][] {zlib, zstd}) {
      // With clusters of 128 KiB the same L2 entry has to give twice as much.
      byte[] bigger = TestDisk.patchInt(image, 20, 17);
      ImageRefusedException refusal = Inspection.whole(bigger).refused();
      assertThat(refusal.rule()).isIn(Rule.Q9, Rule.Q11, Rule.Q14, Rule.Q15);
    }
  }
}
