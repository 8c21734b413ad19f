package io.dvcr.formats;

import static io.dvcr.formats.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VHDX: QEMU's images are accepted as QEMU sees them, and each rule X refuses what it says. */
class VhdxTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int REGIONS = 192 * KIB;

  // Where QEMU puts things; the constructor checks the two that the region table tells.
  private static final int LOG = MIB;
  private static final int BAT = 2 * MIB;
  private static final int METADATA = 3 * MIB;

  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] dynamic;

  @BeforeAll
  static void makeImages() throws IOException {
    disk = TestDisk.in(folder);
    dynamic = disk.convert("vhdx", "dynamic.vhdx", "-o", "block_size=1M");
    assertThat(patched().littleLong(REGIONS + 16 + 16)).isEqualTo(BAT);
    assertThat(patched().littleLong(REGIONS + 48 + 16)).isEqualTo(METADATA);
  }

  private static Patched patched() {
    return Patched.copyOf(dynamic);
  }

  private static DiskImage assertAgreesWithoutReading(String name) throws IOException {
    byte[] image = disk.bytes(name);
    Inspection inspection = Inspection.everyWay(image);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize()).isEqualTo(disk.qemuInfo(name));
    assertThat(accepted.fileLength()).isEqualTo(image.length);
    assertThat(inspection.reads()).isZero();
    return accepted;
  }

  /** Both headers changed alike, with checksums that are right. */
  private static Patched headers(int field, String value) {
    Patched image = patched();
    for (int header : new int[] {64 * KIB, 128 * KIB}) {
      image.little(header + field, Long.decode(value).intValue()).crc(header, 4 * KIB);
    }
    return image;
  }

  private static Patched regions(int field, String value) {
    return patched().little(REGIONS + field, Long.decode(value).intValue()).crc(REGIONS, 64 * KIB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"block_size=1M", "block_size=8M", "subformat=fixed", "log_size=3M"})
  void convertedByQemu_isAcceptedWithoutReadingAgain(String options) throws IOException {
    disk.convert("vhdx", "converted.vhdx", "-o", options);
    assertAgreesWithoutReading("converted.vhdx");
  }

  @ParameterizedTest
  @CsvSource({"1M, 1M", "1T, 32M", "8T, 64M", "255G, 1M"})
  void fresh_isAcceptedWithoutReadingAgain(String size, String block) throws IOException {
    String options = "block_size=" + block;
    disk.run("qemu-img", "create", "-f", "vhdx", "-o", options, "fresh.vhdx", size);
    byte[] image = disk.bytes("fresh.vhdx");
    Inspection inspection = Inspection.of(image, () -> 10_007);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize())
        .isEqualTo(disk.qemuInfo("fresh.vhdx"));
    assertThat(inspection.reads()).as("BAT of at most 2 MiB").isZero();
  }

  @Test
  void batLongerThanWhatIsHeld_isReadAgain() throws IOException {
    disk.run("qemu-img", "create", "-f", "vhdx", "-o", "block_size=1M", "large.vhdx", "1T");
    byte[] image = disk.bytes("large.vhdx");
    Inspection inspection = Inspection.of(image, () -> 100_003);
    assertThat(inspection.accepted().virtualSize()).isEqualTo(1L << 40);
    assertThat(inspection.reads()).isPositive();
    int last = BAT + (1 << 20) * 8 + (1 << 20) / 4096 * 8 - 16;
    byte[] broken = Patched.copyOf(image).little(last, (1L << 40) | 6).bytes();
    assertThat(Inspection.of(broken, () -> 100_003).refused().rule()).isEqualTo(Rule.X6);
  }

  @Test
  void oneBrokenHeader_isAccepted() throws IOException {
    for (int header : new int[] {64 * KIB, 128 * KIB}) {
      Files.write(disk.path("one.vhdx"), patched().little(header + 4, 0).bytes());
      assertAgreesWithoutReading("one.vhdx");
    }
  }

  @Test
  void metadataInFrontOfTheBat_isAcceptedWithoutReadingAgain() throws IOException {
    Files.write(disk.path("swapped.vhdx"), swapped().bytes());
    assertAgreesWithoutReading("swapped.vhdx");
    int entry = METADATA;
    assertRefused(Rule.X6, swapped().little(entry, (long) MIB | 6));
  }

  /** The metadata region at 2 MiB and the BAT at 3 MiB. */
  private static Patched swapped() {
    return patched()
        .put(BAT, Arrays.copyOfRange(dynamic, METADATA, METADATA + MIB))
        .put(METADATA, Arrays.copyOfRange(dynamic, BAT, BAT + MIB))
        .little(REGIONS + 16 + 16, (long) METADATA)
        .little(REGIONS + 48 + 16, (long) BAT)
        .crc(REGIONS, 64 * KIB);
  }

  @Test
  void metadataBehindTheData_isAcceptedWithoutReadingAgain() throws IOException {
    byte[] longer = Arrays.copyOf(dynamic, dynamic.length + MIB);
    Patched image =
        Patched.copyOf(longer)
            .put(dynamic.length, Arrays.copyOfRange(dynamic, METADATA, METADATA + MIB))
            .put(METADATA, new byte[MIB])
            .little(REGIONS + 48 + 16, (long) dynamic.length)
            .crc(REGIONS, 64 * KIB);
    Files.write(disk.path("late.vhdx"), image.bytes());
    assertAgreesWithoutReading("late.vhdx");
  }

  @Test
  void logicalSectorsOf4096_areAccepted() {
    int item = item(3);
    byte[] image = patched().little(item, 4096).bytes();
    assertThat(Inspection.everyWay(image).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }

  /** Where an item lies: 0 parameters, 1 size, 2 id, 3 logical, 4 physical sector, as in QEMU. */
  private static int item(int index) {
    return METADATA + patched().littleInt(METADATA + 32 + 32 * index + 16);
  }

  @Test
  void itemsAreWhereTheseTestsThink() {
    assertThat(patched().littleInt(item(0))).isEqualTo(MIB);
    assertThat(patched().littleLong(item(1))).isEqualTo(TestDisk.SIZE);
    assertThat(patched().littleInt(item(3))).isEqualTo(512);
  }

  @Test
  void hasParentFlag_isRefused() {
    assertRefused(Rule.X1, patched().little(item(0) + 4, 2));
    assertRefused(Rule.X1, patched().little(item(0) + 4, -1));
  }

  @Test
  void parentLocator_isRefused() {
    byte[] guid = hex("2D5FD3A80BB34D45ABF7D3D84834AB0C");
    int entry = METADATA + 32 + 5 * 32;
    Patched image =
        patched()
            .little(METADATA + 8, 6 << 16)
            .put(entry, guid)
            .little(entry + 16, 65536 + 100)
            .little(entry + 20, 20);
    assertRefused(Rule.X1, image);
  }

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits);
  }

  @Test
  void bothHeadersBroken_isRefused() {
    assertRefused(Rule.X2, patched().little(64 * KIB + 4, 0).little(128 * KIB + 4, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "X2, 0, 0",
    "X2, 64, 0x00020000",
    "X2, 64, 0x00010001",
    "X2, 68, 1000",
    "X2, 72, 0",
    "X2, 72, 0x00180000",
    "X2, 72, 0x00200000",
    "X2, 76, 0x80000000",
  })
  void patchedHeaders_areRefused(Rule rule, int field, String value) {
    assertRefused(rule, headers(field, value));
  }

  @Test
  void differentHeadersWithOneSequence_areRefused() {
    Patched image = headers(8, "5");
    assertThat(Inspection.whole(image.bytes()).refused().rule()).isEqualTo(Rule.X2);
    byte[] first = Arrays.copyOfRange(image.bytes(), 64 * KIB, 68 * KIB);
    byte[] equal = image.put(128 * KIB, first).bytes();
    assertThat(Inspection.everyWay(equal).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "X2, 0, 0",
    "X2, 8, 2048",
    "X2, 8, -1",
    "X2, 8, 1",
    "X2, 8, 0",
    "X2, 16, 0",
    "X2, 48, 0",
    "X2, 32, 0",
    "X2, 32, 0x00100000",
    "X2, 32, 0x00300000",
    "X2, 32, 0x00200001",
    "X2, 36, 0x80000000",
    "X5, 36, 0x7FFFFFFF",
    "X2, 40, 0x00200000",
    "X2, 64, 0x00280000",
    "X5, 64, 0x7FF00000",
    "X5, 36, 0x00000100",
    "X3, 72, 0",
    "X4, 40, 0",
  })
  void patchedRegionTable_isRefused(Rule rule, int field, String value) {
    assertRefused(rule, regions(field, value));
  }

  @Test
  void regionTableWithWrongChecksum_isRefused() {
    assertRefused(Rule.X2, patched().little(REGIONS + 4, 0));
  }

  @Test
  void unknownRegion_isRefusedIfItIsRequired() {
    int entry = REGIONS + 16 + 64;
    Patched image =
        patched()
            .little(REGIONS + 8, 3)
            .little(entry, 77)
            .little(entry + 16, 64L * MIB)
            .little(entry + 24, MIB)
            .crc(REGIONS, 64 * KIB);
    assertThat(Inspection.whole(image.bytes()).accepted()).isNotNull();
    assertRefused(Rule.X2, image.little(entry + 28, 1).crc(REGIONS, 64 * KIB));
  }

  @ParameterizedTest
  @CsvSource({
    "X3, 0, 0",
    "X3, 8, 0x08000000",
    "X3, 8, 0x00040000",
    "X3, 8, 0",
    "X3, 32, 0",
    "X3, 48, 65535",
    "X3, 48, 0x00100000",
    "X3, 48, 0xFFFFFFFF",
    "X3, 52, 7",
    "X3, 52, 0xFFFFFFFF",
  })
  void patchedMetadataTable_isRefused(Rule rule, int field, String value) {
    assertRefused(rule, patched().little(METADATA + field, Long.decode(value).intValue()));
  }

  @Test
  void repeatedItem_isRefused() {
    byte[] entry = Arrays.copyOfRange(dynamic, METADATA + 32, METADATA + 64);
    assertRefused(
        Rule.X3, patched().little(METADATA + 8, 6 << 16).put(METADATA + 32 + 5 * 32, entry));
  }

  @Test
  void unknownItem_isRefusedIfItIsRequired() {
    int entry = METADATA + 32 + 5 * 32;
    Patched image = patched().little(METADATA + 8, 6 << 16).little(entry, 77);
    assertThat(Inspection.whole(image.bytes()).accepted()).isNotNull();
    assertRefused(Rule.X3, image.little(entry + 24, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0, 0x00080000",
    "0, 0x20000000",
    "0, 0x00180000",
    "1, 0",
    "1, 0x00800001",
    "3, 0",
    "3, 520",
    "4, 0",
    "4, 1024",
  })
  void patchedItem_isRefused(int item, String value) {
    assertRefused(Rule.X4, patched().little(item(item), Long.decode(value).intValue()));
  }

  @ParameterizedTest
  @ValueSource(longs = {-512, Long.MIN_VALUE, (64L << 40) + 512, 1L << 40})
  void sizeThatIsTooLarge_isRefused(long size) {
    assertRefused(Rule.X4, patched().little(item(1), size));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        6,
        MIB | 6,
        (2L * MIB) | 6,
        (3L * MIB) | 6,
        (1000L * MIB) | 6,
        -MIB | 6L,
        Long.MIN_VALUE | 6,
        (Long.MAX_VALUE & -MIB) | 6,
        7,
        4,
      })
  void badBlock_isRefused(long entry) {
    assertRefused(Rule.X6, patched().little(BAT, entry));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 5, (1000L * MIB) | 2})
  void blockThatReadsAsZeros_isAccepted(long entry) {
    byte[] image = patched().little(BAT, entry).bytes();
    assertThat(Inspection.whole(image).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }

  @Test
  void blockInAnotherRegion_isRefused() {
    int block = 4 * MIB;
    int entry = REGIONS + 16 + 64;
    Patched image =
        patched()
            .little(REGIONS + 8, 3)
            .little(entry, 77)
            .little(entry + 16, (long) block)
            .little(entry + 24, MIB)
            .crc(REGIONS, 64 * KIB)
            .little(BAT, (long) block | 6);
    assertRefused(Rule.X6, image);
  }

  @Test
  void logEntryOfThisFile_isRefused() {
    byte[] guid = hex("00112233445566778899AABBCCDDEEFF");
    Patched image = patched();
    for (int header : new int[] {64 * KIB, 128 * KIB}) {
      image.put(header + 48, guid).crc(header, 4 * KIB);
    }
    assertThat(Inspection.everyWay(image.bytes()).accepted()).isNotNull();
    int entry = LOG + 37 * 4 * KIB;
    image.text(entry, "loge");
    assertThat(Inspection.everyWay(image.bytes()).accepted()).isNotNull();
    assertRefused(Rule.X7, image.put(entry + 32, guid));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {8, 65536, 69631, 132_000, 196_608, 262_143, 262_144, BAT, METADATA, 3_211_264})
  void cutInFrontOfTheData_isRefused(int length) {
    assertRefused(Rule.X5, Patched.cut(dynamic, length));
  }

  @Test
  void cutInsideTheData_isRefused() {
    assertRefused(Rule.X6, Patched.cut(dynamic, dynamic.length - 1));
    assertRefused(Rule.X6, Patched.cut(dynamic, 4 * MIB));
  }
}
