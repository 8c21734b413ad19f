package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told by the head: raw disks, polyglots, and formats that are only recognised. */
class InspectorTest {
  private static final RangeReader NOTHING_AGAIN =
      (position, buffer, offset, length) -> {
        throw new IOException("nothing to read again");
      };

  @TempDir Path folder;

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static ImageRefusedException assertRefused(Rule rule, byte[] image) {
    ImageRefusedException refusal = Inspection.everyWay(image).refused();
    assertThat(refusal.rule()).as("%s", refusal).isEqualTo(rule);
    return refusal;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 36863, 36864, 36865, 100_001})
  void anythingElse_isRawOfItsLength(int length) {
    for (byte[] image : new byte[][] {new byte[length], noise(length)}) {
      assertThat(Inspection.everyWay(image).accepted())
          .isEqualTo(new DiskImage(DiskFormat.RAW, length, length, java.util.List.of()));
    }
  }

  @Test
  void empty_isRefused() {
    assertRefused(Rule.R1, new byte[0]);
    assertThatThrownBy(() -> Inspector.ofRaw().finish(NOTHING_AGAIN))
        .isInstanceOfSatisfying(
            ImageRefusedException.class, e -> assertThat(e.rule()).isEqualTo(Rule.R1));
  }

  @Test
  void ofRaw_looksAtNothing() throws IOException {
    byte[] image = TestDisk.patchText(new byte[100_000], 0, "QFI\u00FB");
    image = TestDisk.patchText(image, 32769, "CD001");
    image = TestDisk.patchText(image, image.length - 512, "conectix");
    Inspector inspector = Inspector.ofRaw();
    assertThat(inspector.formatSoFar()).contains(DiskFormat.RAW);
    inspector.observe(image, 0, image.length);
    assertThat(inspector.finish(NOTHING_AGAIN))
        .isEqualTo(new DiskImage(DiskFormat.RAW, 100_000, 100_000, java.util.List.of()));
  }

  @Test
  void formatAndClaim_areKnownOnceTheHeadHasPassed() throws IOException {
    byte[] image = new byte[36864];
    Inspector inspector = Inspector.ofAllFormats();
    inspector.observe(image, 0, 36863);
    assertThat(inspector.formatSoFar()).isEmpty();
    assertThat(inspector.claimedVirtualSize()).isEmpty();
    inspector.observe(image, 36863, 1);
    assertThat(inspector.formatSoFar()).contains(DiskFormat.RAW);
    assertThat(inspector.claimedVirtualSize()).isEmpty();
  }

  @Test
  void claimOfQcow2_isKnownOnceTheHeadHasPassed() throws IOException {
    TestDisk disk = TestDisk.emptyIn(folder);
    disk.run("qemu-img", "create", "-f", "qcow2", "a.qcow2", "3G");
    Inspector inspector = Inspector.ofAllFormats();
    inspector.observe(disk.bytes("a.qcow2"), 0, 36864);
    assertThat(inspector.formatSoFar()).contains(DiskFormat.QCOW2);
    assertThat(inspector.claimedVirtualSize()).hasValue(3L << 30);
  }

  @Test
  void failureToReadAgain_isNoRefusal() throws IOException {
    byte[] image = TestDisk.in(folder).convert("qcow2", "f.qcow2", "-o", "preallocation=full");
    Inspector inspector = Inspector.ofAllFormats();
    inspector.observe(image, 0, image.length);
    assertThatThrownBy(() -> inspector.finish(NOTHING_AGAIN))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("nothing to read again");
  }

  @Test
  void gpt_isTold() throws IOException {
    TestDisk.in(folder);
    byte[] image = TestDisk.emptyIn(folder).bytes("d.raw");
    assertThat(Inspection.everyWay(image).accepted().notes())
        .containsExactly("GPT partition table");
    byte[] cut = Arrays.copyOf(image, image.length - 512);
    assertThat(Inspection.whole(cut).accepted().notes())
        .hasSize(2)
        .anyMatch(n -> n.contains("cut"));
    byte[] longer = Arrays.copyOf(image, image.length + 512);
    assertThat(Inspection.whole(longer).accepted().notes()).hasSize(1);
  }

  @Test
  void gptWithSectorsOf4096_isTold() {
    byte[] image = TestDisk.patchText(new byte[80_000], 4096, "EFI PART");
    ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(4096 + 32, 80_000 / 4096 - 1);
    assertThat(Inspection.whole(image).accepted().notes()).containsExactly("GPT partition table");
    header.putLong(4096 + 32, -1);
    assertThat(Inspection.whole(image).accepted().notes()).hasSize(2);
  }

  @Test
  void mbr_isToldIfItsTableMakesSense() throws IOException {
    byte[] image = TestDisk.patchText(new byte[4096], 510, "U\u00AA");
    assertThat(Inspection.whole(image).accepted().notes()).isEmpty();
    image[446 + 4] = (byte) 0x83;
    image[446 + 12] = 9;
    assertThat(Inspection.whole(image).accepted().notes()).containsExactly("MBR partition table");
    byte[] odd = image.clone();
    odd[446] = 1;
    assertThat(Inspection.whole(odd).accepted().notes()).isEmpty();
    byte[] fat = image.clone();
    fat[0x10] = 2;
    fat[0x15] = (byte) 0xF8;
    assertThat(Inspection.whole(fat).accepted().notes()).isEmpty();
  }

  @Test
  void luks_isRefused() {
    TestDisk disk = TestDisk.emptyIn(folder);
    disk.run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "luks",
        "--object",
        "secret,id=s,data=x",
        "-o",
        "key-secret=s,iter-time=10",
        "a.luks",
        "1M");
    assertThat(refusedFile(Rule.O1, "a.luks")).hasMessageContaining("version 1 with aes-xts");
    assertRefused(Rule.O1, TestDisk.patchText(new byte[512], 0, "LUKS\u00BA\u00BE\0\2"));
    assertRefused(Rule.O1, TestDisk.patchText(new byte[6], 0, "LUKS\u00BA\u00BE"));
  }

  @Test
  void qedAndParallels_areRefused() {
    TestDisk disk = TestDisk.emptyIn(folder);
    disk.run("qemu-img", "create", "-q", "-f", "qed", "a.qed", "1M");
    refusedFile(Rule.O2, "a.qed");
    disk.run("qemu-img", "create", "-q", "-f", "parallels", "a.hdd", "8M");
    assertThat(refusedFile(Rule.O3, "a.hdd")).hasMessageContaining("Parallels");
  }

  @ParameterizedTest
  @CsvSource({
    "O2, 'QED\0'",
    "O3, WithoutFreeSpace",
    "O3, WithouFreSpacExt",
    "O3, Bochs Virtual HD Image",
  })
  void magicsAlone_areRefused(Rule rule, String magic) {
    assertRefused(rule, TestDisk.patchText(new byte[magic.length()], 0, magic));
    assertRefused(rule, TestDisk.patchText(new byte[50_000], 0, magic));
  }

  @Test
  void cloop_isRefused() {
    assertRefused(Rule.O3, TestDisk.patchText(new byte[600], 0, "#!/bin/sh\n#V2.0 Format\n"));
  }

  @Test
  void tarAndOva_areRefusedWithTheirFirstMember() throws IOException {
    TestDisk disk = TestDisk.emptyIn(folder);
    java.nio.file.Files.write(disk.path("disk.ovf"), noise(3000));
    disk.run("tar", "--format=ustar", "-cf", "a.ova", "disk.ovf");
    assertThat(refusedFile(Rule.O4, "a.ova"))
        .hasMessageContaining("an OVA")
        .hasMessageContaining("'disk.ovf'");
    disk.run("tar", "--format=gnu", "-cf", "a.tar", "a.ova");
    assertThat(refusedFile(Rule.O4, "a.tar")).hasMessageContaining("a tar archive");
  }

  @Test
  void namesOutOfTheImage_areShownWithoutControlCharacters() {
    byte[] image = TestDisk.patchText(new byte[600], 257, "ustar");
    image = TestDisk.patchText(image, 0, "\u001B[31mred\n\u00FF" + "x".repeat(100));
    assertThat(assertRefused(Rule.O4, image).getMessage())
        .isEqualTo(
            "the file is a tar archive, its first member is '?[31mred??" + "x".repeat(90) + "'");
  }

  private ImageRefusedException refusedFile(Rule rule, String name) {
    try {
      return assertRefused(rule, TestDisk.emptyIn(folder).bytes(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final String[][] MAGICS = {
    {"0", "QFI\u00FB"},
    {"0", "KDMV"},
    {"0", "COWD"},
    {"0", "conectix"},
    {"0", "vhdxfile"},
    {"0", "LUKS\u00BA\u00BE"},
    {"0", "QED\0"},
    {"0", "WithoutFreeSpace"},
    {"64", "\u007F\u0010\u00DA\u00BE"},
    {"257", "ustar"},
    {"32769", "CD001"},
  };

  @Test
  void twoMagicsAtOnce_areRefused() {
    for (String[] one : MAGICS) {
      for (String[] other : MAGICS) {
        if (!one[0].equals(other[0])) {
          byte[] image = TestDisk.patchText(new byte[40_000], Integer.parseInt(one[0]), one[1]);
          image = TestDisk.patchText(image, Integer.parseInt(other[0]), other[1]);
          assertThat(Inspection.whole(image).refused().rule())
              .as(one[1] + " and " + other[1])
              .isEqualTo(Rule.P1);
        }
      }
    }
  }

  @Test
  void vhdFooterBehindAnotherFormat_isRefused() throws IOException {
    byte[] image = TestDisk.in(folder).convert("qcow2", "p.qcow2");
    byte[] footed = Arrays.copyOf(image, image.length + 512);
    footed = TestDisk.patchText(footed, image.length, "conectix");
    assertRefused(Rule.P1, footed);
    byte[] inside = Arrays.copyOf(footed, footed.length + 1);
    assertThat(Inspection.everyWay(inside).accepted().format()).isEqualTo(DiskFormat.QCOW2);
  }

  @Test
  void magicsInsideTheData_areTheGuests() {
    byte[] image = TestDisk.patchText(new byte[50_000], 512, "QFI\u00FB");
    image = TestDisk.patchText(image, 40_000, "conectix");
    image = TestDisk.patchText(image, 1, "KDMV");
    assertThat(Inspection.everyWay(image).accepted().format()).isEqualTo(DiskFormat.RAW);
  }
}
