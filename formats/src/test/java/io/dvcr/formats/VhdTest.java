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

/** VHD: QEMU's images are accepted as QEMU sees them, and each rule H refuses what it says. */
class VhdTest {
  private static final int FOOTER = 512;
  private static final int DYNAMIC_HEADER = 512;
  private static final int TABLE = 1536;

  @TempDir static Path folder;

  private static TestDisk disk;
  private static byte[] dynamic;
  private static byte[] fixed;

  @BeforeAll
  static void makeImages() throws IOException {
    disk = TestDisk.in(folder);
    dynamic = disk.convert("vpc", "dynamic.vhd");
    fixed = disk.convert("vpc", "fixed.vhd", "-o", "subformat=fixed,force_size=on");
  }

  /** QEMU takes a fixed VHD for a raw disk unless it is told. */
  private static long qemuSize(String name) {
    String json = disk.run("qemu-img", "info", "-f", "vpc", "--output=json", name);
    return Long.parseLong(json.replaceAll("(?s).*\"virtual-size\": (\\d+).*", "$1"));
  }

  private static void assertAgreesWithoutReading(String name) throws IOException {
    byte[] image = disk.bytes(name);
    Inspection inspection = Inspection.everyWay(image);
    DiskImage accepted = inspection.accepted();
    assertThat(accepted.format()).isEqualTo(DiskFormat.VPC);
    assertThat(accepted.virtualSize()).isEqualTo(qemuSize(name));
    assertThat(accepted.fileLength()).isEqualTo(image.length);
    assertThat(inspection.reads()).isZero();
  }

  /** Both footers of the dynamic image changed alike, with a checksum that is right. */
  private static Patched footers(int field, String value) {
    int end = dynamic.length - FOOTER;
    int number = Long.decode(value).intValue();
    return Patched.copyOf(dynamic)
        .big(field, number)
        .footerChecksum(0)
        .big(end + field, number)
        .footerChecksum(end);
  }

  private static Patched fixedFooter(int field, String value) {
    int end = fixed.length - FOOTER;
    return Patched.copyOf(fixed)
        .big(end + field, Long.decode(value).intValue())
        .footerChecksum(end);
  }

  @Test
  void dynamic_isAcceptedWithoutReadingAgain() throws IOException {
    assertThat(disk.qemuInfo("dynamic.vhd")).startsWith("vpc ");
    assertAgreesWithoutReading("dynamic.vhd");
  }

  @Test
  void dynamicWithForcedSize_isAcceptedWithoutReadingAgain() throws IOException {
    disk.convert("vpc", "sized.vhd", "-o", "force_size=on");
    assertAgreesWithoutReading("sized.vhd");
  }

  @Test
  void fixedWithForcedSize_isAcceptedWithTheFootersSize() throws IOException {
    assertAgreesWithoutReading("fixed.vhd");
    assertThat(Inspection.whole(fixed).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }

  @Test
  void fixedByGeometry_isAccepted() throws IOException {
    disk.convert("vpc", "geometry.vhd", "-o", "subformat=fixed");
    assertAgreesWithoutReading("geometry.vhd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1M", "10M", "127G", "1T", "2040G"})
  void fresh_isAcceptedWithoutReadingAgain(String size) throws IOException {
    disk.run("qemu-img", "create", "-f", "vpc", "fresh.vhd", size);
    byte[] image = disk.bytes("fresh.vhd");
    Inspection inspection = Inspection.of(image, () -> 10_007);
    assertThat(inspection.accepted().virtualSize()).isEqualTo(qemuSize("fresh.vhd"));
    assertThat(inspection.reads()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "win_, true",
    "qem2, true",
    "d2v_, true",
    "CTXS, true",
    "tap0, true",
    "tapx, false",
    "vbox, false",
    "vpc_, false"
  })
  void sizeOrGeometry_dependsOnTheCreator(String creator, boolean sized) throws IOException {
    String four = creator.replace('_', ' ').replace('0', '\0');
    int code = Patched.over(new byte[4]).text(0, four).bigInt(0);
    byte[] image = footers(28, Integer.toString(code)).bytes();
    image = withCurrentSize(image, 5_000_192);
    Files.write(disk.path("creator.vhd"), image);
    assertAgreesWithoutReading("creator.vhd");
    assertThat(Inspection.whole(image).accepted().virtualSize() == 5_000_192).isEqualTo(sized);
  }

  private static byte[] withCurrentSize(byte[] image, long size) {
    int end = image.length - FOOTER;
    return Patched.copyOf(image)
        .big(48, size)
        .footerChecksum(0)
        .big(end + 48, size)
        .footerChecksum(end)
        .bytes();
  }

  @Test
  void largestGeometry_meansTheCurrentSize() throws IOException {
    byte[] image = footers(56, "0xFFFF10FF").bytes();
    image = withCurrentSize(image, 4 << 20);
    Files.write(disk.path("largest.vhd"), image);
    assertAgreesWithoutReading("largest.vhd");
  }

  @Test
  void footerOf511Bytes_isAcceptedAndTold() throws IOException {
    byte[] old = Arrays.copyOf(dynamic, dynamic.length - 1);
    DiskImage image = Inspection.everyWay(old).accepted();
    assertThat(image.notes()).anyMatch(note -> note.contains("511"));
  }

  @ParameterizedTest
  @CsvSource({
    "H1, 60, 4",
    "H1, 60, 2",
    "H1, 60, 0",
    "H1, 60, 5",
    "H4, 16, 0x80000000",
    "H4, 16, 0x7FFFFFFF",
    "H4, 20, 513",
    "H4, 20, 0x7FFFFFFF",
  })
  void patchedFooters_areRefused(Rule rule, int field, String value) {
    assertRefused(rule, footers(field, value).bytes());
  }

  @ParameterizedTest
  @CsvSource({
    "H4, 0, 0",
    "H4, 16, 0x80000000",
    "H4, 16, 0x7FFFFFFF",
    "H4, 20, 0x7FFFFFFF",
    "H4, 28, 1",
    "H4, 28, 0x20000000",
    "H4, 28, 0x1FFFFFFF",
    "H4, 32, 0",
    "H4, 32, 256",
    "H4, 32, 0x00200001",
    "H4, 32, 0x00100000",
    "H5, 1024, 0x7FFFFFFF",
    "H5, 1024, 0xFFFFFFFE",
  })
  void patchedHeaderOrTable_isRefused(Rule rule, int field, String value) {
    byte[] image =
        Patched.copyOf(dynamic).big(DYNAMIC_HEADER + field, Long.decode(value).intValue()).bytes();
    assertRefused(rule, image);
  }

  @Test
  void blockThatEndsOneSectorBehindTheFile_isRefused() {
    int stored = (2 << 20) + 512;
    int last = (dynamic.length - stored) / 512;
    assertThat(Inspection.whole(Patched.copyOf(dynamic).big(TABLE, last).bytes()).accepted())
        .isNotNull();
    assertRefused(Rule.H5, Patched.copyOf(dynamic).big(TABLE, last + 1).bytes());
  }

  @Test
  void sizeAbove2040Gib_isRefused() {
    byte[] image = footers(28, "0x71656D32").bytes();
    assertRefused(Rule.H4, withCurrentSize(image, (2040L << 30) + 512));
    assertRefused(Rule.H4, withCurrentSize(image, -1));
    assertRefused(Rule.H4, withCurrentSize(image, Long.MIN_VALUE));
  }

  @Test
  void checksumOfTheCopy_isVerified() {
    assertRefused(Rule.H2, Patched.copyOf(dynamic).big(64, 0).bytes());
    assertRefused(Rule.H2, Patched.copyOf(dynamic).big(100, 7).bytes());
  }

  @Test
  void checksumOfAFixedFooter_isVerified() {
    assertRefused(Rule.H2, Patched.copyOf(fixed).big(fixed.length - FOOTER + 64, 1).bytes());
  }

  @Test
  void footerThatDiffersFromItsCopy_isRefused() {
    int end = dynamic.length - FOOTER;
    assertRefused(Rule.H3, Patched.copyOf(dynamic).big(end + 24, 1).footerChecksum(end).bytes());
    assertRefused(Rule.H3, Arrays.copyOf(dynamic, dynamic.length + 512));
    assertRefused(Rule.H3, Arrays.copyOf(dynamic, dynamic.length + 1));
  }

  @Test
  void dynamicFooterWithoutItsCopy_isRefused() {
    assertRefused(Rule.H3, fixedFooter(60, "3").bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 0, 1, 6})
  void fixedWithOtherType_isRefused(int type) {
    assertRefused(Rule.H1, fixedFooter(60, Integer.toString(type)).bytes());
  }

  @Test
  void fixedThatIsShorterThanItsFooterSays_isRefused() {
    byte[] image = Arrays.copyOfRange(fixed, 512, fixed.length);
    assertRefused(Rule.H5, image);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 511, 512, 1000, 1023, 1536, 1537, 2048, 1 << 20})
  void cut_isRefused(int length) {
    assertRefused(Rule.H3, Patched.cut(dynamic, length));
  }
}
