package io.dvcr.formats;

import static io.dvcr.formats.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stream-optimized VMDKs with a footer: rules V10 to V13, and what one pass is enough for. */
class VmdkStreamTest {
  private static final int SECTOR = 512;

  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] raw;

  /** Tables of 64 grains of 8 KiB: sixteen tables for the disk of 8 MiB. */
  private final VmdkStream stream = new VmdkStream(16, 64);

  private byte[] image = new byte[0];

  @BeforeAll
  static void makeDisk() throws IOException {
    disk = TestDisk.in(folder);
    raw = disk.bytes("d.raw");
  }

  @BeforeEach
  void makeImage() {
    image = stream.of(raw);
  }

  private Patched patched() {
    return Patched.copyOf(image);
  }

  private void assertAgrees(byte[] image, byte[] disk) throws IOException {
    Files.write(VmdkStreamTest.disk.path("stream.vmdk"), image);
    DiskImage accepted = Inspection.everyWay(image).accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize())
        .isEqualTo(VmdkStreamTest.disk.qemuInfo("stream.vmdk"));
    VmdkStreamTest.disk.run("qemu-img", "convert", "-O", "raw", "stream.vmdk", "out.raw");
    assertThat(Arrays.equals(VmdkStreamTest.disk.bytes("out.raw"), disk)).isTrue();
  }

  @Test
  void exported_isAcceptedWithoutReadingAgain() throws IOException {
    assertAgrees(image, raw);
    assertThat(stream.tables).hasSizeGreaterThan(3);
    assertThat(Inspection.everyWay(image).reads()).isZero();
  }

  @Test
  void exportedWithUsualGrains_isAcceptedWithoutReadingAgain() throws IOException {
    byte[] usual = new VmdkStream(128, 512).of(raw);
    assertAgrees(usual, raw);
    assertThat(Inspection.everyWay(usual).reads()).isZero();
  }

  @Test
  void grainsLargerThanAPage_areUnpackedInPieces() throws IOException {
    byte[] large = new VmdkStream(2048, 4).of(raw);
    assertAgrees(large, raw);
    assertThat(Inspection.everyWay(large).reads()).isZero();
  }

  @Test
  void lastGrainThatTheDiskCuts_mayUnpackToLess() throws IOException {
    byte[] odd = Arrays.copyOf(raw, raw.length - 3 * SECTOR);
    odd[odd.length - 1] = 1;
    byte[] oddImage = new VmdkStream(16, 64).of(odd);
    DiskImage accepted = Inspection.everyWay(oddImage).accepted();
    assertThat(accepted.virtualSize()).isEqualTo(odd.length);
  }

  @Test
  void emptyDisk_isAcceptedWithoutReadingAgain() throws IOException {
    byte[] empty = new VmdkStream(16, 64).of(new byte[1 << 20]);
    assertAgrees(empty, new byte[1 << 20]);
    assertThat(Inspection.everyWay(empty).reads()).isZero();
  }

  @Test
  void recordThatNoTableNames_isFoundByReadingAgain() throws IOException {
    int slots = stream.tables.getFirst();
    int used = 0;
    while (patched().littleInt(slots + 4 * used) == 0) {
      used++;
    }
    byte[] discarded = patched().little(slots + 4 * used, 0).bytes();
    Inspection inspection = Inspection.everyWay(discarded);
    assertThat(inspection.accepted().virtualSize()).isEqualTo(raw.length);
    assertThat(inspection.reads()).isPositive();
  }

  @Test
  void garbageBetweenRecords_isSkippedByReadingAgain() throws IOException {
    // The first table's marker gets an unknown type; the directory still leads to the table.
    byte[] unknown = patched().little(stream.tables.getFirst() - SECTOR + 12, 9).bytes();
    assertAgrees(unknown, raw);
    assertThat(Inspection.everyWay(unknown).reads()).isPositive();
  }

  @Test
  void tableNamesAnotherGrain_isRefused() {
    int slots = stream.tables.get(1);
    int slot = 0;
    while (patched().littleInt(slots + 4 * slot) == 0) {
      slot++;
    }
    int at = slots + 4 * slot;
    assertRefused(Rule.V13, patched().little(at, stream.grains.getLast() / SECTOR));
    assertRefused(Rule.V10, patched().little(at, 0x7FFFFFFF));
    assertRefused(Rule.V10, patched().little(at, -1));
    assertRefused(Rule.V10, patched().little(at, image.length / SECTOR));
  }

  @Test
  void directoryNamesAnotherTable_isRefused() {
    int first = 0;
    while (patched().littleInt(stream.directory + 4 * first) == 0) {
      first++;
    }
    int at = stream.directory + 4 * first;
    assertRefused(Rule.V13, patched().little(at, stream.tables.getLast() / SECTOR));
    assertRefused(Rule.V10, patched().little(at, image.length / SECTOR));
    assertRefused(Rule.V10, patched().little(at, -1));
    Patched swapped = patched().little(at, stream.tables.get(1) / SECTOR);
    assertRefused(
        Rule.V13, swapped.little(stream.directory + 4 * 15, stream.tables.get(0) / SECTOR));
  }

  @Test
  void grainMarkerNamesAnotherAddress_isRefused() {
    int at = stream.grains.get(3);
    assertRefused(Rule.V13, patched().little(at, patched().littleLong(at) + 16));
    assertRefused(Rule.V13, patched().little(at, patched().littleLong(at) + 1));
    assertRefused(Rule.V13, patched().little(at, -1L));
    assertRefused(Rule.V13, patched().little(at, Long.MIN_VALUE));
  }

  @Test
  void grainThatDoesNotUnpack_isRefused() {
    int at = stream.grains.get(2);
    int size = patched().littleInt(at + 8);
    assertRefused(Rule.V13, patched().little(at + 12, 0x12345678));
    assertRefused(Rule.V13, patched().little(at + 12 + size - 4, 0x12345678));
    assertRefused(Rule.V13, patched().little(at + 8, size - 1));
    assertRefused(Rule.V13, patched().little(at + 8, 5));
  }

  @Test
  void grainThatUnpacksToMoreOrLessThanAGrain_isRefused() {
    byte[] small = new VmdkStream(16, 64).of(raw);
    int grainSize = 20;
    assertRefused(
        Rule.V13,
        Patched.copyOf(small).little(grainSize, 8L).little(stream.footer + grainSize, 8L));
    assertRefused(
        Rule.V13,
        Patched.copyOf(small).little(grainSize, 32L).little(stream.footer + grainSize, 32L));
  }

  @ParameterizedTest
  @CsvSource({
    "V12, 4, 1",
    "V12, 8, 0x10001",
    "V12, 12, 8192",
    "V12, 16, 1",
    "V12, 20, 128",
    "V12, 28, 2",
    "V12, 36, 19",
    "V12, 44, 512",
    "V12, 77, 0",
    "V11, 0, 0",
    "V7, 56, 0x7FFFFFFF",
    "V7, 60, 0x7FFFFFFF",
    "V9, 64, 0x7FFFFFFF",
  })
  void patchedFooter_isRefused(Rule rule, int field, String value) {
    assertRefused(rule, patched().little(stream.footer + field, Integer.decode(value)));
  }

  @Test
  void footerThatRefersToAFooter_isRefused() {
    assertRefused(Rule.V12, patched().little(stream.footer + 56, -1L));
  }

  @ParameterizedTest
  @ValueSource(ints = {-512, -504, -500, 512, 520, 524})
  void damagedMarkerAroundTheFooter_isRefused(int offset) {
    assertRefused(Rule.V11, patched().little(stream.footer + offset, 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 1024, 1536, 2048, 100_000})
  void cutAtTheEnd_isRefused(int missing) {
    assertRefused(Rule.V11, Patched.cut(image, image.length - missing));
  }

  @ParameterizedTest
  @CsvSource({"4, V9", "511, V9", "512, V9", "10000, V9", "10752, V9", "65535, V9", "65536, V11"})
  void cutAtTheStart_isRefused(int length, Rule rule) {
    assertRefused(rule, Patched.cut(image, length));
  }

  @Test
  void bytesBehindTheEndMarker_areRefused() {
    assertRefused(Rule.V11, Arrays.copyOf(image, image.length + 512));
    assertRefused(Rule.V11, Arrays.copyOf(image, image.length + 1));
    byte[] twice = Arrays.copyOf(image, image.length + 3 * SECTOR);
    System.arraycopy(image, image.length - 3 * SECTOR, twice, image.length, 3 * SECTOR);
    assertRefused(Rule.V11, twice);
  }

  @Test
  void overheadThatIsWrong_isFoundByReadingAgain() throws IOException {
    byte[] shifted = patched().little(64, 127L).little(stream.footer + 64, 127L).bytes();
    Inspection inspection = Inspection.everyWay(shifted);
    assertThat(inspection.told()).contains("V11");
  }

  @Test
  void randomGrains_areAcceptedWithoutReadingAgain() throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      byte[] noise = new byte[1 << 20];
      for (int i = 0; i < 20; i++) {
        noise[random.nextInt(noise.length)] = 1;
      }
      byte[] sparse = new VmdkStream(1 + random.nextInt(20), 1 + random.nextInt(30)).of(noise);
      assertThat(Inspection.everyWay(sparse).reads()).as("seed %d", seed).isZero();
      assertAgrees(sparse, noise);
    }
  }
}
