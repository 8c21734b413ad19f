package io.dvcr.formats;

import static io.dvcr.formats.Refusal.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** VDI: QEMU's images are accepted as QEMU sees them, and each rule D refuses what it says. */
class VdiTest {
  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] dynamic;

  @BeforeAll
  static void makeImages() throws IOException {
    disk = TestDisk.in(folder);
    dynamic = disk.convert("vdi", "dynamic.vdi");
  }

  private static void assertAgreesWithoutReading(String name) throws IOException {
    byte[] image = disk.bytes(name);
    Inspection inspection = Inspection.everyWay(image);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize()).isEqualTo(disk.qemuInfo(name));
    assertThat(accepted.fileLength()).isEqualTo(image.length);
    assertThat(inspection.reads()).isZero();
  }

  private static Patched patched() {
    return Patched.copyOf(dynamic);
  }

  @Test
  void dynamic_isAcceptedWithoutReadingAgain() throws IOException {
    assertAgreesWithoutReading("dynamic.vdi");
  }

  @Test
  void fixed_isAcceptedWithoutReadingAgain() throws IOException {
    disk.convert("vdi", "fixed.vdi", "-o", "static=on");
    assertAgreesWithoutReading("fixed.vdi");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "512", "1000000", "1T"})
  void fresh_isAcceptedWithoutReadingAgain(String size) throws IOException {
    disk.run("qemu-img", "create", "-f", "vdi", "fresh.vdi", size);
    byte[] image = disk.bytes("fresh.vdi");
    Inspection inspection = Inspection.of(image, () -> 10_007);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format() + " " + accepted.virtualSize())
        .isEqualTo(disk.qemuInfo("fresh.vdi"));
    assertThat(inspection.reads()).isZero();
  }

  @Test
  void sizeThatIsNoMultipleOfASector_isRoundedUp() throws IOException {
    Files.write(disk.path("odd.vdi"), patched().little(0x170, (8L << 20) - 1000).bytes());
    assertAgreesWithoutReading("odd.vdi");
  }

  @Test
  void claimedSize_isKnownFromTheHead() throws IOException {
    Inspector inspector = Inspector.ofAllFormats();
    inspector.observe(dynamic, 0, Head.LENGTH);
    assertThat(inspector.claimedVirtualSize()).hasValue(TestDisk.SIZE);
  }

  @Test
  void discardedBlock_isAccepted() throws IOException {
    byte[] image = patched().little(0x200, 0xFFFFFFFE).bytes();
    assertThat(Inspection.everyWay(image).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "D1, 0x4C, 3",
    "D1, 0x4C, 4",
    "D1, 0x4C, 0",
    "D1, 0x1A8, 1",
    "D1, 0x1B4, 1",
    "D1, 0x1B8, 1",
    "D1, 0x1C4, 0x80000000",
    "D2, 0x44, 0x00010002",
    "D2, 0x44, 1",
    "D2, 0x178, 0x200000",
    "D2, 0x178, 0",
    "D2, 0x17C, 512",
    "D2, 0x168, 4096",
    "D2, 0x154, 513",
    "D2, 0x158, 0x401",
    "D3, 0x170, 0x800001",
    "D3, 0x174, 0x80000000",
    "D3, 0x174, 0x7FFFFFFF",
    "D3, 0x180, 7",
    "D3, 0x180, 0x1FFFFF81",
    "D3, 0x180, 0xFFFFFFFF",
    "D3, 0x154, 0x7FFFFE00",
    "D3, 0x154, 0xFFFFFE00",
    "D4, 0x158, 0x00100000",
    "D4, 0x184, 9",
    "D4, 0x184, 0xFFFFFFFF",
    "D5, 0x200, 8",
    "D5, 0x21C, 0xFFFFFFFD",
  })
  void patchedField_isRefused(Rule rule, String offset, String value) {
    assertRefused(
        rule, patched().little(Integer.decode(offset), Long.decode(value).intValue()).bytes());
  }

  @Test
  void mapThatRunsOutOfTheFile_isRefused() {
    // 0x1FFFFF80 blocks are the most there may be: their map has 2 GiB.
    assertRefused(Rule.D4, patched().little(0x180, 0x1FFFFF80).bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0x44, 0x1FF, 0x200, 0x201, 0x21F, 0x220, 0x400, 1 << 20})
  void cut_isRefused(int length) {
    Rule expected = length == 0x200 ? Rule.D3 : Rule.D4; // nothing of the map is inside
    assertRefused(expected, Patched.cut(dynamic, length));
  }

  @Test
  void lastByteMissing_isRefused() {
    assertRefused(Rule.D4, Patched.cut(dynamic, dynamic.length - 1));
  }

  @Test
  void mapBehindTheBlocks_isReadAlong() throws IOException {
    byte[] moved = java.util.Arrays.copyOf(dynamic, dynamic.length + 512);
    System.arraycopy(dynamic, 0x200, moved, dynamic.length, 512);
    Patched image = Patched.copyOf(moved).little(0x154, dynamic.length);
    Files.write(disk.path("moved.vdi"), image.bytes());
    assertAgreesWithoutReading("moved.vdi");
    assertRefused(Rule.D5, image.little(dynamic.length, 1000).bytes());
  }
}
