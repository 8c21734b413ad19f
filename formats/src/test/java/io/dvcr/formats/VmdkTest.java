package io.dvcr.formats;

import static io.dvcr.formats.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VMDK: QEMU's images are accepted as QEMU sees them, and the rules V refuse what they say. */
class VmdkTest {
  private static final int SECTOR = 512;

  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] sparse;
  private static byte[] stream;

  @BeforeAll
  static void makeImages() throws IOException {
    disk = TestDisk.in(folder);
    sparse = disk.convert("vmdk", "sparse.vmdk");
    stream = disk.convert("vmdk", "stream.vmdk", "-o", "subformat=streamOptimized");
  }

  private static void assertAgreesWithoutReading(String name) throws IOException {
    byte[] image = disk.bytes(name);
    Inspection inspection = Inspection.everyWay(image);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize()).isEqualTo(disk.qemuInfo(name));
    assertThat(accepted.fileLength()).isEqualTo(image.length);
    assertThat(inspection.reads()).isZero();
  }

  private static Patched patchedSparse() {
    return Patched.copyOf(sparse);
  }

  private static Patched patchedStream() {
    return Patched.copyOf(stream);
  }

  /** Where the grain directory lies. */
  private static int directory(byte[] image) {
    return (int) Patched.over(image).littleLong(56) * SECTOR;
  }

  private static int firstTable(byte[] image) {
    return Patched.over(image).littleInt(directory(image)) * SECTOR;
  }

  /** Where the first slot lies that names a grain. */
  private static int firstSlot(byte[] image) {
    int slot = firstTable(image);
    while (Patched.over(image).littleInt(slot) == 0) {
      slot += 4;
    }
    return slot;
  }

  /** Where the last grain of the disk lies; QEMU fills the file up behind it. */
  private static int lastGrain(byte[] image) {
    return Patched.over(image).littleInt(firstTable(image) + 127 * 4) * SECTOR;
  }

  @Test
  void monolithicSparse_isAcceptedWithoutReadingAgain() throws IOException {
    assertAgreesWithoutReading("sparse.vmdk");
  }

  @Test
  void zeroedGrains_areAcceptedWithoutReadingAgain() throws IOException {
    disk.convert("vmdk", "zeroed.vmdk", "-o", "zeroed_grain=on");
    disk.run("qemu-io", "-f", "vmdk", "-c", "write -z 2M 64k", "zeroed.vmdk");
    assertAgreesWithoutReading("zeroed.vmdk");
  }

  @Test
  void streamOptimizedByQemu_isAcceptedWithoutReadingAgain() throws IOException {
    assertAgreesWithoutReading("stream.vmdk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"monolithicSparse", "streamOptimized"})
  void oddSize_isAcceptedWithoutReadingAgain(String subformat) throws IOException {
    byte[] odd = Arrays.copyOf(disk.bytes("d.raw"), 5_300_000);
    Arrays.fill(odd, odd.length - 100, odd.length, (byte) 9);
    Files.write(disk.path("odd.raw"), odd);
    disk.run(
        "qemu-img",
        "convert",
        "-f",
        "raw",
        "-O",
        "vmdk",
        "-o",
        "subformat=" + subformat,
        "odd.raw",
        "odd.vmdk");
    assertAgreesWithoutReading("odd.vmdk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "1000000", "100G", "1T"})
  void fresh_isAcceptedWithoutReadingAgain(String size) throws IOException {
    disk.run("qemu-img", "create", "-f", "vmdk", "fresh.vmdk", size);
    byte[] image = disk.bytes("fresh.vmdk");
    Inspection inspection = Inspection.of(image, () -> 100_003);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize())
        .isEqualTo(disk.qemuInfo("fresh.vmdk"));
    assertThat(inspection.reads()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"monolithicFlat", "twoGbMaxExtentSparse", "twoGbMaxExtentFlat"})
  void descriptorFile_isRefused(String subformat) throws IOException {
    disk.run("qemu-img", "create", "-f", "vmdk", "-o", "subformat=" + subformat, "t.vmdk", "8M");
    assertRefused(Rule.V1, disk.bytes("t.vmdk"));
    // Padded to look like a disk.
    assertRefused(Rule.V1, Arrays.copyOf(disk.bytes("t.vmdk"), 1 << 20));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# disk DESCRIPTORfile\n",
        "\r\n\t# Disk DescriptorFile",
        "\u00EF\u00BB\u00BF# Disk DescriptorFile\n",
        "version=1\n",
        "version=3\r\n",
        "# anything\n  \n#\nversion=2\n",
      })
  void whatQemuTakesForADescriptor_isRefused(String text) {
    byte[] start = text.getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(Rule.V1, start);
    assertRefused(Rule.V1, Arrays.copyOf(start, 100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"# Disk Descriptor", "version=4\n", "version=1", "x\nversion=1\n", "#"})
  void whatIsNoDescriptor_isRaw(String text) {
    byte[] start = Arrays.copyOf(text.getBytes(StandardCharsets.ISO_8859_1), 10_000);
    assertThat(Inspection.everyWay(start).accepted().format()).isEqualTo(DiskFormat.RAW);
  }

  @Test
  void extentsOfEsxi_areRefused() {
    assertRefused(Rule.V14, Patched.copyOf(new byte[4096]).text(0, "COWD").bytes());
    assertRefused(Rule.V14, Patched.copyOf(new byte[4096]).little(0, 0xCAFEBABEL).bytes());
  }

  @Test
  void extentWithoutDescriptor_isRefused() throws IOException {
    disk.run(
        "qemu-img", "create", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse", "p.vmdk", "8M");
    assertRefused(Rule.V3, disk.bytes("p-s001.vmdk"));
  }

  @Test
  void parentOfQemu_isRefused() {
    disk.run("qemu-img", "create", "-f", "vmdk", "-b", "sparse.vmdk", "-F", "vmdk", "child.vmdk");
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                AssertionError.class,
                () -> Inspection.everyWay(disk.bytes("child.vmdk")).accepted()))
        .hasMessageContaining("V4");
  }

  @ParameterizedTest
  @CsvSource({
    "V5, 4, 0",
    "V5, 4, 4",
    "V5, 4, -1",
    "V5, 77, 2",
    "V2, 12, 0",
    "V7, 16, 0x80000000",
    "V7, 16, 0x00010000",
    "V7, 16, 0x00400000",
    "V7, 16, 0x00000100",
    "V7, 56, 0",
    "V7, 56, 0x7FFFFFFF",
    "V7, 60, 0x80000000",
    "V7, 60, 0x007FFFFF",
    "V6, 20, 0",
    "V6, 20, 0x200001",
    "V6, 24, 0x80000000",
    "V6, 44, 0",
    "V6, 44, 513",
    "V6, 44, -1",
    "V3, 28, 0",
    "V3, 28, 2",
    "V3, 32, 1",
    "V3, 36, 0",
    "V3, 36, 2048",
    "V3, 40, 0x80000000",
    "V8, 73, 0x0A0D0D0A",
    "V8, 73, 0",
    "V9, 64, 0x7FFFFFFF",
    "V9, 68, 0x80000000",
  })
  void patchedHeader_isRefused(Rule rule, int field, String value) {
    assertRefused(rule, patchedSparse().little(field, Long.decode(value).intValue()).bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 511, 512, 1000, 10_751})
  void cutInFrontOfTheTables_isRefused(int length) {
    assertRefused(Rule.V9, Patched.cut(sparse, length));
  }

  @Test
  void cutInTheOverhead_isRefused() {
    int directory = directory(sparse);
    assertRefused(Rule.V7, Patched.cut(sparse, directory + 3));
    assertRefused(Rule.V10, Patched.cut(sparse, firstTable(sparse) + 100));
    assertRefused(Rule.V9, Patched.cut(sparse, firstTable(sparse) + 2048));
  }

  @Test
  void cutInTheGrains_isRefused() {
    assertRefused(Rule.V10, Patched.cut(sparse, sparse.length - 1));
    assertRefused(Rule.V10, Patched.cut(sparse, sparse.length - 65536));
    assertRefused(Rule.V10, Patched.cut(stream, lastGrain(stream) + 100));
    assertRefused(Rule.V10, Patched.cut(stream, lastGrain(stream)));
  }

  @Test
  void tableOrGrainOutside_isRefused() {
    assertRefused(Rule.V10, patchedSparse().little(directory(sparse), -1).bytes());
    assertRefused(Rule.V10, patchedSparse().little(firstSlot(sparse), -1).bytes());
    int end = sparse.length / SECTOR;
    assertRefused(Rule.V10, patchedSparse().little(firstSlot(sparse), end).bytes());
    assertRefused(Rule.V10, patchedSparse().little(firstSlot(sparse), end - 127).bytes());
    byte[] last = patchedSparse().little(firstSlot(sparse), end - 128).bytes();
    assertThat(Inspection.whole(last).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
    assertRefused(Rule.V10, patchedStream().little(firstSlot(stream), -1).bytes());
    assertRefused(Rule.V10, patchedStream().little(directory(stream), -1).bytes());
  }

  /** QEMU reads it, too, and does not open a disk without it. */
  @Test
  void redundantDirectoryOutsideTheFile_isRefused() {
    int flags = patchedSparse().littleInt(8);
    assertThat(flags & 2).as("qemu-img writes one").isEqualTo(2);
    assertRefused(Rule.V7, patchedSparse().little(48, (long) sparse.length / SECTOR).bytes());
    assertRefused(Rule.V7, patchedSparse().little(48, -1L).bytes());
    Patched unused = patchedSparse().little(48, -1L);
    assertThat(Inspection.whole(unused.little(8, flags & ~2).bytes()).accepted()).isNotNull();
  }

  @Test
  void slotOfOne_meansZerosOnlyWithItsFlag() {
    Patched one = patchedSparse().little(firstSlot(sparse), 1);
    assertThat(Inspection.whole(one.bytes()).accepted()).isNotNull();
    Patched packed = patchedStream().little(firstSlot(stream), 1);
    assertRefused(Rule.V13, packed.bytes());
    int flags = packed.littleInt(8);
    assertThat(Inspection.whole(packed.little(8, flags | 4).bytes()).accepted()).isNotNull();
  }

  @Test
  void packedGrainThatIsWrong_isRefused() {
    int grain = patchedStream().littleInt(firstSlot(stream)) * SECTOR;
    int size = patchedStream().littleInt(grain + 8);
    assertRefused(Rule.V13, patchedStream().little(grain, 128L * 100).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain, 1L).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain, -1L).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain + 12, 0).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain + 8 + size, 0x01020304).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain + 8, 0).bytes());
    assertRefused(Rule.V13, patchedStream().little(grain + 8, -1).bytes());
    // The grain at 2 MiB of the disk, where its noise begins.
    int other = patchedStream().littleInt(firstTable(stream) + 32 * 4);
    assertRefused(Rule.V13, patchedStream().little(firstSlot(stream), other).bytes());
  }

  @Test
  void packedGrainsWithoutMarkers_areUnpacked() throws IOException {
    byte[] bare = withoutMarkers();
    Files.write(disk.path("bare.vmdk"), bare);
    assertAgreesWithoutReading("bare.vmdk");
    int grain = Patched.copyOf(bare).littleInt(firstSlot(bare)) * SECTOR;
    assertRefused(Rule.V13, Patched.copyOf(bare).little(grain, 0).bytes());
    assertRefused(Rule.V13, Patched.cut(bare, lastGrain(bare) + 100));
    assertRefused(
        Rule.V10, Patched.copyOf(bare).little(firstSlot(bare), bare.length / SECTOR).bytes());
  }

  /** QEMU's streamOptimized file with the packed bytes moved over each grain's marker. */
  private static byte[] withoutMarkers() {
    Patched image = patchedStream().little(8, patchedStream().littleInt(8) & ~0x20000);
    for (int slot = firstTable(stream); slot < firstTable(stream) + 128 * 4; slot += 4) {
      int grain = image.littleInt(slot) * SECTOR;
      if (grain != 0) {
        int size = image.littleInt(grain + 8);
        image.put(grain, Arrays.copyOfRange(stream, grain + 12, grain + 12 + size));
      }
    }
    return image.bytes();
  }

  @Test
  void tablesBehindTheGrains_areReadAgain() {
    int directory = directory(stream);
    byte[] moved = Arrays.copyOf(stream, stream.length + 512 + 2048);
    int end = stream.length;
    Patched image =
        Patched.copyOf(moved)
            .put(end, Arrays.copyOfRange(stream, firstTable(stream), firstTable(stream) + 2048))
            .put(end + 2048, Arrays.copyOfRange(stream, directory, directory + 512))
            .little(end + 2048, end / SECTOR)
            .little(56, (long) (end + 2048) / SECTOR);
    Inspection inspection = Inspection.everyWay(image.bytes());
    assertThat(inspection.accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
    assertThat(inspection.reads()).isPositive();
  }

  @Test
  void manyEntriesThatNameOneTable_areRefusedBeforeTheyCostTime() {
    int pages = 100;
    byte[] start = Arrays.copyOf(sparse, 1 << 20);
    Patched hostile = Patched.over(Arrays.copyOf(start, start.length + pages * Regions.PAGE));
    hostile.little(12, pages * 16_384L * 512 * 128).little(56, (1L << 20) / SECTOR);
    int table = firstTable(sparse) / SECTOR;
    for (int at = 1 << 20; at < (1 << 20) + pages * Regions.PAGE; at += 4) {
      hostile.little(at, table);
    }
    assertThat(Inspection.whole(hostile.bytes()).refused().rule()).isEqualTo(Rule.R2);
  }
}
