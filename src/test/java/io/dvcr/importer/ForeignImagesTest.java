package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportReport;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.Parts;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Boot images of Debian packages as they are, and a file system with a package's files in every
 * format that qemu-img writes, each in every compression: over HTTP into a registry and a layout,
 * out of both bit for bit, and read by other programs.
 */
@NullMarked
class ForeignImagesTest extends ImportTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String IPXE = "/usr/lib/ipxe/ipxe.iso";
  private static final String RESCUE = "/usr/lib/grub-rescue/grub-rescue-cdrom.iso";
  private static final String FLOPPY = "/usr/lib/grub-rescue/grub-rescue-floppy.img";

  /** Room for the files of a package. */
  private static final int DISK = 16 << 20;

  private static final List<String> PACKINGS = List.of("", "gzip", "xz", "zstd");

  /** What qemu-img calls a format, and what it has to be found as. */
  private static final List<List<String>> FORMATS =
      List.of(
          List.of("raw", "raw"),
          List.of("qcow2", "qcow2"),
          List.of("qcow2", "qcow2", "-c"),
          List.of("vmdk", "vmdk"),
          List.of("vmdk", "vmdk", "-o", "subformat=streamOptimized"),
          List.of("vdi", "vdi"),
          List.of("vhdx", "vhdx"),
          List.of("vpc", "vpc"),
          List.of("vpc", "vpc", "-o", "subformat=fixed"));

  static Stream<Arguments> asTheyAre() {
    return Stream.of(
            Arguments.of(IPXE, "iso"), Arguments.of(RESCUE, "iso"), Arguments.of(FLOPPY, "iso"))
        .flatMap(image ->
            PACKINGS.stream()
                .map(packing -> Arguments.of(image.get()[0], image.get()[1], packing)));
  }

  static Stream<Arguments> converted() {
    return FORMATS.stream()
        .flatMap(format -> PACKINGS.stream().map(packing -> Arguments.of(format, packing)));
  }

  @ParameterizedTest
  @MethodSource
  void asTheyAre(String file, String format, String packing) throws Exception {
    byte[] image = Files.readAllBytes(Parts.requireFile(file));
    there(image, packing, format, image.length);
  }

  @ParameterizedTest
  @MethodSource
  void converted(List<String> format, String packing) throws Exception {
    byte[] raw = images.ext4(DISK, Parts.requireFile(RESCUE).resolveSibling(""));
    Object[] options = format.subList(2, format.size()).toArray();
    byte[] image = images.converted(raw, format.getFirst(), options);
    Path file = Files.write(folder.resolve("image"), image);
    JsonNode seen =
        JSON.readTree(
            Tools.run("qemu-img", "info", "-f", format.getFirst(), "--output=json", file)
                .expectSuccess()
                .out());
    there(image, packing, format.get(1), seen.path("virtual-size").asLong());
  }

  private void there(byte[] image, String packing, String format, long virtualSize)
      throws Exception {
    Path served = Files.createDirectory(folder.resolve("served"));
    Files.write(
        served.resolve("disk.img"), packing.isEmpty() ? image : images.packed(image, packing));
    Path nginxFolder = Files.createDirectory(folder.resolve("nginx"));
    try (Nginx nginx = Nginx.start(nginxFolder, served);
        Target registry = Target.Kind.DISTRIBUTION_3.start(folder);
        Target layout = Target.Kind.LAYOUT.start(folder)) {
      for (Target target : List.of(registry, layout)) {
        ImportReport report =
            bench.run(
                bench.http(nginx.uri("/disk.img")),
                target,
                ImportBench.request(StoredForm.UNPACKED, LayerCompression.NONE));

        assertThat(report.format()).isEqualTo(format);
        assertThat(report.virtualSize()).isEqualTo(virtualSize);
        assertThat(Arrays.equals(bench.export(target), image)).as("bit for bit").isTrue();
        readBySkopeo(target, report);
      }
      unpackedByUmoci(image);
    }
  }

  private void readBySkopeo(Target target, ImportReport report) throws IOException {
    String name = target.skopeoName(ImportBench.TAG);
    JsonNode seen =
        JSON.readTree(
            Tools.run("skopeo", "inspect", "--tls-verify=false", name).expectSuccess().out());
    assertThat(seen.path("Digest").asText()).isEqualTo(report.manifest().digest());
    Path copy = folder.resolve("copy-of-" + target.getClass().getSimpleName());
    Tools.run("skopeo", "copy", "-q", "--src-tls-verify=false", name, "dir:" + copy)
        .expectSuccess();
  }

  private void unpackedByUmoci(byte[] image) throws IOException {
    Path bundle = folder.resolve("bundle");
    String name = folder.resolve("layout") + ":" + ImportBench.TAG;
    Tools.run("umoci", "unpack", "--rootless", "--image", name, bundle).expectSuccess();
    byte[] unpacked = Files.readAllBytes(bundle.resolve("rootfs/disk/disk.img"));
    assertThat(Arrays.equals(unpacked, image)).as("what umoci unpacked").isTrue();
  }
}
