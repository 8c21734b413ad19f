package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.docs.Row;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 7: what a disk image is said to be. */
@NullMarked
class FormatPodTest extends PodTestBase {
  private void assertTold(byte[] stored, String format, long virtualSize) throws IOException {
    runWell();
    JsonNode message = pod.message();
    assertThat(message.path("source-image-format").asText()).isEqualTo(format);
    assertThat(message.path("source-image-virtual-size").asLong()).isEqualTo(virtualSize);
    assertThat(message.path("source-image-size").asLong()).isEqualTo(stored.length);
    assertThat(published()).isEqualTo(stored);
  }

  /** What QEMU says of it, to which the reference would have listened. */
  private long virtualSize(byte[] image) throws IOException {
    Path file = Files.write(folder.resolve("asked"), image);
    String told = Tools.run("qemu-img", "info", "--output=json", file).expectSuccess().out();
    return JSON.readTree(told).path("virtual-size").asLong();
  }

  @ParameterizedTest
  @CsvSource({
    "qcow2, ''",
    "vmdk, ''",
    "vmdk, subformat=streamOptimized",
    "vdi, ''",
    "vpc, ''",
    "vpc, force_size=on",
    "vhdx, ''",
  })
  @Row({
    "7 magic qcow2",
    "7 magic VMDK",
    "7 magic VDI",
    "7 magic dynamic VHD",
    "7 magic VHDX",
    "7 uncompressed VMDK",
    "7 everything else",
    "7 qcow2",
    "7 vmdk",
    "7 vdi",
    "7 dynamic VHD",
    "7 vhdx",
    "13 vhd and vhdx"
  })
  void format_isTold_asQemuNamesIt(String format, String options) throws IOException {
    byte[] image = options.isEmpty() ? image(format) : image(format, "-o", options);
    serve("/disk", image);

    assertTold(image, format, virtualSize(image));
  }

  /** More than the 64 MiB that the reference looks at, its metadata at the end. */
  @Test
  @Row({"7 vhdx", "7 vmdk"})
  void format_isTold_whereverTheTablesLie() throws IOException {
    byte[] large = image("vmdk", "-o", "subformat=streamOptimized");
    serve("/disk.vmdk", large);

    assertTold(large, "vmdk", LENGTH + 512);
  }

  @Test
  @Row({"7 raw", "7 magic anything else", "7 qemu-img says raw"})
  void raw_isAsLargeAsItIs_notRounded() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);

    assertTold(image, "raw", image.length);
  }

  @Test
  @Row({"7 iso", "7 qemu-img says raw"})
  void iso_isAnIso() throws IOException {
    Path content = Files.createDirectory(folder.resolve("content"));
    Files.write(content.resolve("file"), seed.bytes(100_000));
    Path iso = folder.resolve("disk.iso");
    Tools.run("genisoimage", "-quiet", "-o", iso, content).expectSuccess();
    byte[] image = Files.readAllBytes(iso);
    serve("/disk.iso", image);

    assertTold(image, "iso", image.length);
  }

  /** Ours: it is known by its footer, and its disk is what lies before that. */
  @Test
  @Row("7 fixed vhd")
  void fixedVhd_isToldByItsFooter() throws IOException {
    byte[] image = image("vpc", "-o", "subformat=fixed,force_size=on");
    serve("/disk.vhd", image);

    assertTold(image, "vpc", LENGTH + 512);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz", "zstd"})
  @Row({"7 magic gzip", "7 magic xz", "7 magic zstd", "7 inner image"})
  void packed_isWhatIsInside(String program) throws IOException {
    byte[] packed = packed(qcow2(), program);
    serve("/disk", packed);

    assertTold(packed, "qcow2", LENGTH + 512);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz"})
  @Row({"7 magic gzip", "7 magic xz"})
  void packed_inSeveralParts_isOneImage(String program) throws IOException {
    byte[] image = qcow2();
    byte[] first = packed(Arrays.copyOf(image, 100_000), program);
    byte[] second = packed(Arrays.copyOfRange(image, 100_000, image.length), program);
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    serve("/disk", both);

    assertTold(both, "qcow2", LENGTH + 512);
  }

  /** Each compression once: gzip in xz is unpacked twice, gzip in gzip once. */
  @ParameterizedTest
  @CsvSource({"xz, qcow2", "gzip, raw"})
  @Row("7 sniffing")
  void packedTwice_isUnpackedByEachOnce(String outer, String format) throws IOException {
    byte[] inner = packed(qcow2(), "gzip");
    byte[] packed = packed(inner, outer);
    serve("/disk", packed);

    assertTold(packed, format, format.equals("raw") ? inner.length : LENGTH + 512);
  }

  /** One of many frames, without a length, with long windows: all that the program writes. */
  @ParameterizedTest
  @ValueSource(strings = {"-1", "-19", "--fast=5", "--long=23", "--no-check", "--rsyncable"})
  @Row({"7 magic zstd", "13 zstd"})
  void zstd_isRead_howeverItWasWritten(String option) throws IOException {
    byte[] packed = packed(qcow2(), "zstd", option);
    serve("/disk.zst", packed);

    assertTold(packed, "qcow2", LENGTH + 512);
  }

  /** RFC 8878, section 3.1.1.1.2: a window of 2 TiB, which nobody has the memory for. */
  @Test
  @Row("7 magic zstd")
  void zstd_withAHugeWindow_isRefusedAtOnce() throws IOException {
    byte[] frame = seed.bytes(1000);
    System.arraycopy(
        new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0xF8}, 0, frame, 0, 6);
    serve("/disk.zst", frame);

    assertThat(runInVain()).contains("rule S4");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512})
  @Row("7 short stream")
  void shortStream_isARawDisk(int length) throws IOException {
    byte[] image = seed.bytes(length);
    image[0] = 0;
    serve("/disk.img", image);

    assertTold(image, "raw", length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BZh91AY&SY", "PK\3\4\24\0\0\0", "\4\"M\30@p", "7z\274\257'\34"})
  @Row("7 magic anything else")
  void archives_areRefused_notStoredAsDisks(String magic) throws IOException {
    byte[] image = raw();
    byte[] head = magic.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(head, 0, image, 0, head.length);
    serve("/disk.img", image);

    assertThat(runInVain()).contains("rule O5");
  }

  @Test
  @Row("7 magic tar")
  void tar_isRefused_notStoredAsADisk() throws IOException {
    serve("/disk.tar", new SourceImage.Tar().file("disk.img", raw()).bytes());

    assertThat(runInVain()).contains("rule O4");
  }

  @Test
  @Row("7 backing files")
  void backingFile_isRefused() throws IOException {
    Path base = Files.write(folder.resolve("base.raw"), raw());
    Path overlay = folder.resolve("overlay.qcow2");
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", overlay)
        .expectSuccess();
    serve("/disk.qcow2", Files.readAllBytes(overlay));

    assertThat(runInVain()).contains("rule Q1");
  }

  @Test
  @Row("7 external data files")
  void externalDataFile_isRefused() throws IOException {
    Path image = folder.resolve("outside.qcow2");
    String options = "data_file=" + folder.resolve("data.raw") + ",data_file_raw=on";
    Tools.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, image, "1M")
        .expectSuccess();
    serve("/disk.qcow2", Files.readAllBytes(image));

    assertThat(runInVain()).contains("rule Q2");
  }

  @Test
  @Row("7 descriptor extents")
  void textDescriptor_isRefused() throws IOException {
    Path image = folder.resolve("flat.vmdk");
    Tools.run(
            "qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=monolithicFlat", image, "1M")
        .expectSuccess();
    serve("/disk.vmdk", Files.readAllBytes(image));

    assertThat(runInVain()).contains("rule V1");
  }
}
