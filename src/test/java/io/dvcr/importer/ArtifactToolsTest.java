package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.testbed.Parts;
import io.dvcr.testbed.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Other people's programs read what an import made. */
@NullMarked
class ArtifactToolsTest extends ImportTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LENGTH = 5 << 20;

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void skopeo_inspectsAndCopiesAnUncompressedImage(Target.Kind kind) throws Exception {
    copyWithSkopeo(kind, images.qcow2(LENGTH), LayerCompression.NONE);
  }

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void skopeo_inspectsAndCopiesACompressedImage(Target.Kind kind) throws Exception {
    copyWithSkopeo(kind, images.sparseRaw(LENGTH), LayerCompression.AUTO);
  }

  private void copyWithSkopeo(Target.Kind kind, byte[] image, LayerCompression compression)
      throws Exception {
    bench.serve("/disk", image);
    try (Target target = kind.start(folder)) {
      String digest =
          bench
              .run(
                  bench.http("/disk"),
                  target,
                  ImportBench.request(StoredForm.UNPACKED, compression))
              .manifest()
              .digest();

      String name = target.skopeoName(ImportBench.TAG);
      JsonNode seen =
          JSON.readTree(
              Tools.run("skopeo", "inspect", "--tls-verify=false", name).expectSuccess().out());
      assertThat(seen.path("Digest").asText()).isEqualTo(digest);
      assertThat(seen.path("Labels").path("source-image-size").asText())
          .isEqualTo(Integer.toString(image.length));
      Path copied = folder.resolve("copied");
      Tools.run("skopeo", "copy", "-q", "--src-tls-verify=false", name, "dir:" + copied)
          .expectSuccess();
      try (Stream<Path> files = Files.list(copied)) {
        assertThat(files).as("manifest, version, config and layer").hasSize(4);
      }
    }
  }

  @Test
  void crane_readsManifestAndConfigOutOfDistribution() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk", image);
    try (Target target = Target.Kind.DISTRIBUTION_3.start(folder)) {
      String digest = bench.run(bench.http("/disk"), target).manifest().digest();

      String name = target.skopeoName(ImportBench.TAG).substring("docker://".length());
      String manifest =
          Tools.run("crane-0.22.1", "manifest", "--insecure", name).expectSuccess().out();
      assertThat(JSON.readTree(manifest).path("layers").path(0).path("mediaType").asText())
          .isEqualTo("application/vnd.docker.image.rootfs.diff.tar");
      assertThat(Tools.run("crane-0.22.1", "digest", "--insecure", name).expectSuccess().out())
          .isEqualToIgnoringNewLines(digest);
      assertThat(Tools.run("crane-0.22.1", "config", "--insecure", name).expectSuccess().out())
          .contains("\"source-image-format\":\"qcow2\"");
    }
  }

  @Test
  void umoci_unpacksAnUncompressedImageOutOfALayout() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/debian.qcow2", image);
    try (Target target = Target.Kind.LAYOUT.start(folder)) {
      bench.run(bench.http("/debian.qcow2"), target);

      Path bundle = folder.resolve("bundle");
      List<Object> arguments =
          List.of(
              "unpack",
              "--rootless",
              "--image",
              folder.resolve("layout") + ":" + ImportBench.TAG,
              bundle);
      Tools.run("umoci", arguments.toArray()).expectSuccess();
      assertThat(Files.readAllBytes(bundle.resolve("rootfs/disk/debian.qcow2"))).isEqualTo(image);
    }
  }

  /** A second program that unpacks: what lies in the archive is what qemu-img takes. */
  @Test
  void tarAndQemuImg_readTheLayer() throws Exception {
    bench.serve("/debian.qcow2", images.qcow2(LENGTH));
    try (Target target = Target.Kind.LAYOUT.start(folder)) {
      String digest = bench.run(bench.http("/debian.qcow2"), target).layer().digest();

      Path blob = folder.resolve("layout/blobs").resolve(digest.replace(':', '/'));
      Parts.require("tar");
      Tools.run("tar", "--no-same-owner", "-C", folder, "-xf", blob).expectSuccess();
      Tools.run("qemu-img", "check", folder.resolve("disk/debian.qcow2")).expectSuccess();
    }
  }
}
