package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportReport;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Digest;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Repository;
import io.dvcr.testbed.Tools;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes in over HTTP, lies in every target as it should, and comes out again. */
@NullMarked
class ImportTest extends ImportTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Three frames of a compressed layer, more than a held chunk. */
  private static final int LENGTH = 9 << 20;

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void qcow2_isAnUncompressedLayerAndComesOutAgain(Target.Kind kind) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/a/debian.qcow2", image);
    try (Target target = kind.start(folder)) {
      ImportReport report = bench.run(bench.http("/a/debian.qcow2"), target);

      assertThat(report.format()).isEqualTo("qcow2");
      assertThat(report.virtualSize()).isEqualTo(LENGTH);
      assertSizes(report, image.length, image.length);
      assertThat(bench.export(target)).isEqualTo(image);
      assertPlain(target, report, "debian.qcow2", image);
    }
  }

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void raw_isAZstdLayerAndComesOutAgain(Target.Kind kind) throws Exception {
    byte[] image = images.sparseRaw(LENGTH);
    bench.serve("/disk.img", image);
    try (Target target = kind.start(folder)) {
      ImportReport report = bench.run(bench.http("/disk.img"), target);

      assertThat(report.format()).isEqualTo("raw");
      assertThat(report.virtualSize()).isEqualTo(image.length);
      assertSizes(report, image.length, image.length);
      assertThat(report.layer().size()).isLessThan(image.length / 10);
      assertThat(bench.export(target)).isEqualTo(image);
      assertCompressed(target, report, "disk.img", image);
    }
  }

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void iso_comesOutAgain(Target.Kind kind) throws Exception {
    byte[] image = images.iso();
    bench.serve("/cd.iso", image);
    try (Target target = kind.start(folder)) {
      ImportReport report = bench.run(bench.http("/cd.iso"), target);

      assertThat(report.format()).isEqualTo("iso");
      assertThat(report.virtualSize()).isEqualTo(image.length);
      assertSizes(report, image.length, image.length);
      assertThat(bench.export(target)).isEqualTo(image);
    }
  }

  private static void assertSizes(ImportReport report, long source, long stored) {
    assertThat(report.sourceSize()).as("source size").isEqualTo(source);
    assertThat(report.storedSize()).as("stored size").isEqualTo(stored);
  }

  /** The importer pod's contract in a registry; OCI media types in a layout. */
  private void assertPlain(Target target, ImportReport report, String name, byte[] image)
      throws IOException {
    try (Repository repository = target.open(bench)) {
      boolean docker = repository.takesDockerMediaTypes();
      Manifest manifest = repository.manifest(ImportBench.TAG);
      assertThat(manifest.mediaType())
          .isEqualTo(docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST)
          .isEqualTo(report.manifest().mediaType());
      Descriptor layer = onlyLayer(manifest, report);
      assertThat(layer.mediaType())
          .isEqualTo(docker ? MediaTypes.DOCKER_LAYER : MediaTypes.OCI_LAYER);
      assertThat(manifest.config().mediaType())
          .isEqualTo(docker ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG);
      byte[] tar = read(repository, layer);
      assertTar(tar, name, image);
      assertConfig(read(repository, manifest.config()), report, tar);
    }
  }

  private void assertCompressed(Target target, ImportReport report, String name, byte[] image)
      throws IOException {
    try (Repository repository = target.open(bench)) {
      Manifest manifest = repository.manifest(ImportBench.TAG);
      assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
      Descriptor layer = onlyLayer(manifest, report);
      assertThat(layer.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
      assertThat(manifest.config().mediaType()).isEqualTo(MediaTypes.OCI_CONFIG);
      byte[] packed = read(repository, layer);
      Path file = Files.write(folder.resolve("layer.zst"), packed);
      Tools.run("zstd", "-q", "-t", file).expectSuccess();
      Tools.run("zstd", "-q", "-d", "-f", file, "-o", folder.resolve("layer")).expectSuccess();
      byte[] tar = Files.readAllBytes(folder.resolve("layer"));
      assertTar(tar, name, image);
      assertConfig(read(repository, manifest.config()), report, tar);
      SeekTable.of(packed).assertDescribes(packed, tar);
    }
  }

  private static Descriptor onlyLayer(Manifest manifest, ImportReport report) throws IOException {
    JsonNode json = JSON.readTree(manifest.content());
    assertThat(json.path("schemaVersion").asInt()).isEqualTo(2);
    assertThat(json.has("annotations")).isFalse();
    assertThat(manifest.layers()).hasSize(1);
    Descriptor layer = manifest.layers().getFirst();
    assertThat(report.layer().digest()).isEqualTo(layer.digest().toString());
    assertThat(report.layer().size()).isEqualTo(layer.size());
    assertThat(report.manifest().digest()).isEqualTo(manifest.descriptor().digest().toString());
    return layer;
  }

  private static byte[] read(Repository repository, Descriptor blob) throws IOException {
    try (InputStream in = repository.openBlob(blob)) {
      return in.readAllBytes();
    }
  }

  private static void assertTar(byte[] bytes, String name, byte[] image) throws IOException {
    assertThat(bytes.length % 512).as("whole blocks").isZero();
    assertThat(List.of(bytes[156], bytes[512 + 156]))
        .as("types of the entries: no extended header")
        .containsExactly((byte) '5', (byte) '0');
    assertThat(bytes).endsWith(new byte[1024]);
    assertThat(bytes.length)
        .as("two headers, padded content, end marker")
        .isEqualTo(2 * 512 + (image.length + 511) / 512 * 512 + 2 * 512);
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
      TarArchiveEntry disk = tar.getNextEntry();
      assertThat(disk.getName()).isEqualTo("disk/");
      assertThat(disk.isDirectory()).isTrue();
      assertThat(disk.getMode() & 07777).isEqualTo(0755);
      assertOwned(disk);
      TarArchiveEntry file = tar.getNextEntry();
      assertThat(file.getName()).isEqualTo("disk/" + name);
      assertThat(file.isFile()).isTrue();
      assertThat(file.getMode() & 07777).isEqualTo(0644);
      assertThat(file.getSize()).isEqualTo(image.length);
      assertOwned(file);
      assertThat(tar.readAllBytes()).isEqualTo(image);
      assertThat(tar.getNextEntry()).isNull();
    }
  }

  private static void assertOwned(TarArchiveEntry entry) {
    assertThat(entry.getLongUserId()).isEqualTo(64535);
    assertThat(entry.getLongGroupId()).isEqualTo(64535);
    assertThat(entry.getUserName()).isEmpty();
    assertThat(entry.getGroupName()).isEmpty();
    assertThat(entry.getLastModifiedTime().toMillis()).isZero();
  }

  private static void assertConfig(byte[] bytes, ImportReport report, byte[] tar)
      throws IOException {
    JsonNode config = JSON.readTree(bytes);
    assertThat(config.path("architecture").asText()).isEqualTo("amd64");
    assertThat(config.path("os").asText()).isEqualTo("linux");
    assertThat(config.path("author").asText()).isEqualTo("DVCR client");
    assertThat(config.path("created").asText()).isEqualTo(ImportBench.NOW.toString());
    assertThat(config.path("config").path("WorkingDir").asText()).isEqualTo("/");
    JsonNode expected =
        JSON.createObjectNode()
            .put("source-image-size", Long.toString(report.storedSize()))
            .put("source-image-virtual-size", Long.toString(report.virtualSize()))
            .put("source-image-format", report.format())
            .put("erofs-compatible-layers", "true");
    assertThat(config.path("config").path("Labels")).isEqualTo(expected);
    assertThat(config.path("rootfs").path("type").asText()).isEqualTo("layers");
    assertThat(config.path("rootfs").path("diff_ids"))
        .isEqualTo(JSON.createArrayNode().add(Digest.of(tar).toString()));
  }
}
