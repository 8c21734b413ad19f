package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.docs.Row;
import io.dvcr.registry.Digest;
import io.dvcr.testbed.Tools;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections 6.1 to 6.3: what lies in the registry afterwards. */
@NullMarked
class ArtifactPodTest extends PodTestBase {
  private static final int BLOCK = 512;

  static List<String> names(byte[] tar) throws IOException {
    return entries(tar).stream().map(TarArchiveEntry::getName).toList();
  }

  private static List<TarArchiveEntry> entries(byte[] tar) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (TarArchiveEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
        entries.add(next);
      }
    }
    return entries;
  }

  private byte[] imported() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    runWell();
    return image;
  }

  @Test
  @Row({"6.1 layer", "6.3 manifest"})
  void layer_isOnePlainTar_withItsOwnDigest() throws IOException {
    imported();

    JsonNode described = manifest().path("layers");
    assertThat(described).hasSize(1);
    assertThat(described.path(0).path("mediaType").asText())
        .isEqualTo("application/vnd.docker.image.rootfs.diff.tar");
    assertThat(described.path(0).path("size").asLong()).isEqualTo(layer().length);
    assertThat(described.path(0).path("digest").asText()).isEqualTo(Digest.of(layer()).toString());
    assertThat(config().path("rootfs").path("diff_ids").path(0))
        .isEqualTo(described.path(0).path("digest"));
  }

  @Test
  @Row({"6.1 entry 1", "6.1 entry 2"})
  void entries_areAFolderAndAFile_withTheirAttributes() throws IOException {
    byte[] image = imported();

    List<TarArchiveEntry> entries = entries(layer());
    assertThat(entries)
        .hasSize(2)
        .allSatisfy(entry -> {
          assertThat(entry.getLongUserId()).isEqualTo(64535);
          assertThat(entry.getLongGroupId()).isEqualTo(64535);
          assertThat(entry.getUserName()).isEmpty();
          assertThat(entry.getGroupName()).isEmpty();
          assertThat(entry.getModTime()).isEqualTo(Instant.EPOCH);
        });
    assertThat(entries.getFirst().getName()).isIn("disk", "disk/");
    assertThat(entries.getFirst().isDirectory()).isTrue();
    assertThat(entries.getFirst().getMode() & 07777).isEqualTo(0755);
    assertThat(entries.getFirst().getSize()).isZero();
    assertThat(entries.getLast().getName()).isEqualTo("disk/disk.img");
    assertThat(entries.getLast().isFile()).isTrue();
    assertThat(entries.getLast().getMode() & 07777).isEqualTo(0644);
    assertThat(entries.getLast().getSize()).isEqualTo(image.length);
  }

  /** GNU tar warns of a lone block of zeros or an unexpected end: it must have nothing to say. */
  @Test
  @Row({"6.1 padding", "6.1 entry 2", "6.1 one file"})
  void layer_isReadByGnuTarWithoutAWord() throws IOException {
    byte[] image = imported();
    Path tar = Files.write(folder.resolve("layer.tar"), layer());
    Path out = Files.createDirectory(folder.resolve("out"));

    Tools.Result listed = Tools.run("tar", "--numeric-owner", "-tvf", tar).expectSuccess();
    Tools.Result unpacked =
        Tools.run("tar", "--no-same-owner", "-C", out, "-xf", tar).expectSuccess();

    assertThat(listed.err() + unpacked.err()).isEmpty();
    assertThat(listed.out())
        .hasLineCount(2)
        .containsPattern("(?m)^drwxr-xr-x 64535/64535 +0 1970-01-01 00:00 disk/$")
        .containsPattern(
            "(?m)^-rw-r--r-- 64535/64535 +" + image.length + " 1970-01-01 00:00 disk/");
    assertThat(out.resolve("disk/disk.img")).hasBinaryContent(image);
    try (var inDisk = Files.list(out.resolve("disk"))) {
      assertThat(inDisk).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 1023, 1024})
  @Row("6.1 padding")
  void padding_fillsTheBlock_andTwoBlocksEnd(int length) throws IOException {
    byte[] image = new byte[length];
    image[length - 1] = 1;
    serve("/disk.img", image);
    runWell();

    byte[] tar = layer();
    int end = tar.length - 2 * BLOCK;
    assertThat(tar.length % BLOCK).isZero();
    assertThat(Arrays.copyOfRange(tar, end, tar.length)).containsOnly(0);
    int padded = (length + BLOCK - 1) / BLOCK * BLOCK;
    assertThat(tar[end - padded + length - 1]).isEqualTo((byte) 1);
  }

  /** POSIX headers alone, and extended ones where a name needs them. */
  @ParameterizedTest
  @ValueSource(strings = {"disk.img", "диск.img"})
  @Row("6.1 header format")
  void headerFormat_isUstar_extendedOnlyWhereItHasTo(String name) throws IOException {
    files.put("/" + name, raw());
    pod.http(files.uri("/" + (name.equals("disk.img") ? name : "%D0%B4%D0%B8%D1%81%D0%BA.img")));
    runWell();

    byte[] tar = layer();
    assertThat(Arrays.copyOfRange(tar, 257, 263))
        .isEqualTo("ustar\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(tar[BLOCK + 156]).isEqualTo((byte) (name.equals("disk.img") ? '0' : 'x'));
    assertThat(names(tar)).containsExactly("disk/", "disk/" + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz", "zstd"})
  @Row({"6.1 compressed", "7 inner image"})
  void compressedSource_isStoredAsItCame(String program) throws IOException {
    byte[] packed = packed(qcow2(), program);
    serve("/disk." + program, packed);

    runWell();

    assertThat(published()).isEqualTo(packed);
    JsonNode message = pod.message();
    assertThat(message.path("source-image-size").asLong()).isEqualTo(packed.length);
    assertThat(message.path("source-image-virtual-size").asLong()).isEqualTo(LENGTH + 512);
    assertThat(message.path("source-image-format").asText()).isEqualTo("qcow2");
  }

  @Test
  @Row("ours unpacked")
  void compressedSource_isUnpackedIfAskedFor() throws IOException {
    byte[] image = qcow2();
    serve("/disk.xz", packed(image, "xz", "-0"));
    pod.with("IMPORTER_STORE", "unpacked");

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(image.length);
  }

  @Test
  @Row({
    "6.2 media type",
    "6.2 architecture and os",
    "6.2 author",
    "6.2 created",
    "6.2 WorkingDir",
    "6.2 rootfs",
    "6.2 history"
  })
  void config_isTheContracts() throws IOException {
    Instant before = Instant.now();
    imported();

    JsonNode config = config();
    assertThat(manifest().path("config").path("mediaType").asText())
        .isEqualTo("application/vnd.docker.container.image.v1+json");
    assertThat(config.path("architecture").asText()).isEqualTo("amd64");
    assertThat(config.path("os").asText()).isEqualTo("linux");
    assertThat(config.path("author").asText()).isEqualTo("DVCR client");
    assertThat(Instant.parse(config.path("created").asText()))
        .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now());
    assertThat(config.path("created").asText()).endsWith("Z").contains(".");
    assertThat(config.path("config").path("WorkingDir").asText()).isEqualTo("/");
    assertThat(config.path("rootfs").path("type").asText()).isEqualTo("layers");
    assertThat(config.path("rootfs").path("diff_ids")).hasSize(1);
    assertThat(config.path("history").path(0).path("author").asText()).isEqualTo("DVCR client");
    assertThat(config.path("history").path(0).path("comment").asText())
        .isEqualTo("streamed from the datasource");
    assertThat(config.path("history").path(0).path("created")).isEqualTo(config.path("created"));
  }

  @Test
  @Row({"6.2 stored size", "6.2 virtual size", "6.2 format", "6.2 end marker", "6.5 labels"})
  void labels_areTheVerdicts() throws IOException {
    byte[] image = qcow2();
    serve("/disk.qcow2", image);

    runWell();

    JsonNode labels = config().path("config").path("Labels");
    assertThat(labels).hasSize(4);
    assertThat(labels.path("source-image-size").asText()).isEqualTo("" + image.length);
    assertThat(labels.path("source-image-virtual-size").asText()).isEqualTo("" + (LENGTH + 512));
    assertThat(labels.path("source-image-format").asText()).isEqualTo("qcow2");
    assertThat(labels.path("erofs-compatible-layers").asText()).isEqualTo("true");
  }

  @Test
  @Row("6.3 manifest")
  void manifest_isDockersSchema2_andNothingMore() throws IOException {
    imported();

    assertThat(manifest().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("schemaVersion", "mediaType", "config", "layers");
    assertThat(manifest().path("schemaVersion").asInt()).isEqualTo(2);
    assertThat(manifest().path("mediaType").asText())
        .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
    assertThat(registry.server().requests("PUT", "/manifests/")).hasSize(1);
    assertThat(registry.server().requests("PUT", "/manifests/uid")).hasSize(1);
  }
}
