package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that QEMU made are accepted, and QEMU agrees on format and virtual size. */
class Qcow2AcceptedTest {
  @TempDir static Path folder;

  private static TestDisk disk;

  @BeforeAll
  static void makeDisk() throws IOException {
    disk = TestDisk.in(folder);
  }

  private static Inspection assertAgrees(String name) throws IOException {
    Inspection inspection = Inspection.everyWay(disk.bytes(name));
    DiskImage image = inspection.accepted();
    assertThat(image.format() + " " + image.virtualSize()).isEqualTo(disk.qemuInfo(name));
    assertThat(image.fileLength()).isEqualTo(disk.bytes(name).length);
    return inspection;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o compat=1.1",
        "-o compat=0.10",
        "-o cluster_size=512",
        "-o cluster_size=4k",
        "-o cluster_size=2M",
        "-o extended_l2=on,cluster_size=16k",
        "-o extended_l2=on,cluster_size=2M",
        "-o lazy_refcounts=on",
        "-o refcount_bits=1",
        "-o refcount_bits=64",
        "-o preallocation=metadata",
        "-c",
        "-c -o compat=0.10",
        "-c -o cluster_size=512",
        "-c -o cluster_size=2M",
        "-c -o extended_l2=on,cluster_size=64k",
        "-c -o compression_type=zstd",
        "-c -o compression_type=zstd,cluster_size=512",
        "-c -o compression_type=zstd,cluster_size=2M",
      })
  void convertedByQemu_isAcceptedWithoutReadingAgain(String options) throws IOException {
    String name = options.replaceAll("\\W", "_") + ".qcow2";
    disk.convert("qcow2", name, options.split(" "));
    assertThat(assertAgrees(name).reads()).isZero();
  }

  @Test
  void internalSnapshotsAndBitmaps_areAcceptedAndTold() throws IOException {
    disk.convert("qcow2", "snapshot.qcow2");
    disk.run("qemu-img", "snapshot", "-c", "one", "snapshot.qcow2");
    disk.run("qemu-io", "-f", "qcow2", "-c", "write -P 7 2M 100k", "snapshot.qcow2");
    disk.run("qemu-img", "snapshot", "-c", "two", "snapshot.qcow2");
    disk.run("qemu-img", "bitmap", "--add", "snapshot.qcow2", "b0");
    assertThat(assertAgrees("snapshot.qcow2").accepted().notes())
        .containsExactly("internal snapshots: 2");
  }

  /** One L2 table names 2 MiB: the packed clusters go on in front of the next ones. */
  @Test
  void compressedClustersInFrontOfTheirL2Table_needNoReadingAgain() throws IOException {
    disk.convert("qcow2", "many.qcow2", "-c", "-o", "cluster_size=4k");
    assertThat(assertAgrees("many.qcow2").reads()).isZero();
  }

  @Test
  void l2TableInFrontOfTheL1Table_isReadAgain() throws IOException {
    disk.convert("qcow2", "full.qcow2", "-o", "preallocation=full");
    assertThat(assertAgrees("full.qcow2").reads()).isEqualTo(1);
  }

  @Test
  void l1TableBehindTheData_isFollowedByReadingAgain() throws IOException {
    disk.convert("qcow2", "grown.qcow2", "-c", "-o", "cluster_size=4k");
    disk.run("qemu-img", "resize", "grown.qcow2", "30G");
    assertThat(assertAgrees("grown.qcow2").reads()).isPositive();
  }

  @Test
  void partialSubclustersAndZeroClusters_areAccepted() throws IOException {
    disk.convert("qcow2", "ext.qcow2", "-o", "extended_l2=on,cluster_size=64k");
    List<String> writes = List.of("write -P 65 2k 2k", "write -z 1M 64k", "write -z 2M 4k");
    for (String write : writes) {
      disk.run("qemu-io", "-f", "qcow2", "-c", write, "ext.qcow2");
    }
    assertAgrees("ext.qcow2");
  }

  @Test
  void zeroClustersOfVersion3_areAccepted() throws IOException {
    disk.convert("qcow2", "zeros.qcow2");
    disk.run(
        "qemu-io", "-f", "qcow2", "-c", "write -z 2M 64k", "-c", "discard 5M 64k", "zeros.qcow2");
    assertAgrees("zeros.qcow2");
  }

  @Test
  void sizeThatIsNoMultipleOfASector_isRoundedDown() throws IOException {
    byte[] image = disk.convert("qcow2", "odd.qcow2");
    java.nio.file.Files.write(
        disk.path("odd.qcow2"), TestDisk.patchLong(image, 24, SIZE_IN_BETWEEN));
    assertAgrees("odd.qcow2");
  }

  private static final long SIZE_IN_BETWEEN = 8_000_000 + 1;

  @ParameterizedTest
  @ValueSource(strings = {"0", "1000", "1M"})
  void freshImage_isAccepted(String size) throws IOException {
    disk.run("qemu-img", "create", "-f", "qcow2", "fresh.qcow2", size);
    assertAgrees("fresh.qcow2");
  }

  @Test
  void twoExbibytes_areAccepted() throws IOException {
    disk.run("qemu-img", "create", "-f", "qcow2", "-o", "cluster_size=2M", "huge.qcow2", "2E");
    byte[] image = disk.bytes("huge.qcow2");
    Inspection inspection = Inspection.of(image, () -> 1000);
    assertThat(inspection.accepted().virtualSize()).isEqualTo(2L << 60);
    assertThat(inspection.reads()).isZero();
    assertThat(disk.qemuInfo("huge.qcow2")).isEqualTo("qcow2 " + (2L << 60));
  }

  @Test
  void dirtyImage_isAcceptedAndTold() throws IOException {
    byte[] image = disk.convert("qcow2", "dirty.qcow2");
    DiskImage dirty = Inspection.whole(TestDisk.patchLong(image, 72, 1)).accepted();
    assertThat(dirty.notes()).anyMatch(note -> note.contains("dirty"));
  }

  @Test
  void bytesBehindTheLastCluster_areAccepted() throws IOException {
    byte[] image = disk.convert("qcow2", "trailing.qcow2");
    byte[] longer = java.util.Arrays.copyOf(image, image.length + 12345);
    assertThat(Inspection.everyWay(longer).accepted().virtualSize()).isEqualTo(TestDisk.SIZE);
  }
}
