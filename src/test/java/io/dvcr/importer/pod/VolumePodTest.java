package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Sections 5.4 and 5.5: a volume as the source. */
@NullMarked
class VolumePodTest extends PodTestBase {
  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private String fileName() throws IOException {
    List<String> names = ArtifactPodTest.names(layer());
    assertThat(names).hasSize(2).first().isEqualTo("disk/");
    return names.getLast();
  }

  /** Whatever the guest's first sectors look like. */
  @Test
  @Row({"5.4 device", "7 block device", "3 volume (block)"})
  void device_isRaw_readToItsEnd() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.device(), image);
    pod.with("IMPORTER_SOURCE", "blockDevice");

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("raw");
    assertThat(pod.message().path("source-image-virtual-size").asLong()).isEqualTo(image.length);
  }

  @Test
  @Row("5.4 file name")
  void deviceFileName_isAUniqueOne() throws IOException {
    Files.write(pod.paths.device(), raw());
    pod.with("IMPORTER_SOURCE", "blockDevice");

    runWell();

    assertThat(fileName()).matches("disk/" + UUID + "\\.raw");
  }

  @Test
  @Row("5.4 open failure")
  void device_thatIsNotThere_isToldAtOnce() throws IOException {
    pod.with("IMPORTER_SOURCE", "blockDevice");

    assertThat(runInVain()).contains(pod.paths.device() + " does not exist");
  }

  @Test
  @Row({"5.5 file", "7 filesystem PVC", "3 volume (file system)"})
  void file_isWhatItIs() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.volumeFile(), image);
    pod.with("IMPORTER_SOURCE", "filesystem");

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("qcow2");
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(image.length);
    assertThat(pod.message().path("source-image-virtual-size").asLong()).isEqualTo(LENGTH + 512);
    assertThat(fileName()).matches("disk/" + UUID + "\\.img");
  }

  /** Nobody could tell by the bytes alone whether it was opened for writing. */
  @Test
  @Row({"5.5 unmodified", "5.4 device"})
  void volume_isOnlyRead() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.volumeFile(), image);
    var before = Files.getLastModifiedTime(pod.paths.volumeFile());
    Files.setPosixFilePermissions(
        pod.paths.volumeFile(), PosixFilePermissions.fromString("r--r--r--"));
    pod.with("IMPORTER_SOURCE", "filesystem");

    runWell();

    assertThat(pod.paths.volumeFile()).hasBinaryContent(image);
    assertThat(Files.getLastModifiedTime(pod.paths.volumeFile())).isEqualTo(before);
  }

  @Test
  @Row("5.5 file")
  void file_thatIsNotThere_isToldAtOnce() throws IOException {
    pod.with("IMPORTER_SOURCE", "filesystem");

    assertThat(runInVain()).contains(pod.paths.volumeFile() + " does not exist");
  }
}
