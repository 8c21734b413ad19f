package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.importer.pod.SourceImage.Tar;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Reference;
import io.dvcr.testbed.MemoryRegistry;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 5.2: the disk in an image of any registry. */
@NullMarked
@SuppressWarnings("NullAway.Init") // made before each test
class RegistrySourcePodTest extends PodTestBase {
  private MemoryRegistry images;

  @BeforeEach
  void startImages() {
    images = MemoryRegistry.start();
  }

  @AfterEach
  void stopImages() {
    images.close();
  }

  private SourceImage image() {
    return SourceImage.in(images.authority());
  }

  private void runOf(SourceImage image) throws IOException {
    image.push();
    pod.with("IMPORTER_SOURCE", "registry").with("IMPORTER_ENDPOINT", image.reference());
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci-archive:/tmp/a.tar", "host/name:tag", "https://host/name"})
  @Row("5.2 endpoint")
  void endpoint_thatIsNoImageOfARegistry_isAMistake(String endpoint) throws IOException {
    pod.with("IMPORTER_SOURCE", "registry").with("IMPORTER_ENDPOINT", endpoint);

    assertThat(runInVain()).contains("IMPORTER_ENDPOINT", "docker://");
  }

  @ParameterizedTest
  @CsvSource({
    "debian, registry-1.docker.io/library/debian",
    "a/debian, registry-1.docker.io/a/debian",
    "host:5000/debian:12, host:5000/debian:12",
  })
  @Row("5.2 reference")
  void reference_isCompletedAsDockerDoes(String written, String meant) {
    assertThat(Reference.parse(written)).hasToString(meant);
  }

  @Test
  @Row("5.2 reference")
  void reference_withoutATag_isLatest() throws IOException {
    SourceImage image = image().layer(new Tar().file("disk/a.img", raw()).bytes());
    image.push();
    pod.with("IMPORTER_SOURCE", "registry")
        .with("IMPORTER_ENDPOINT", "docker://" + images.authority() + "/" + SourceImage.NAME);

    assertThat(runInVain()).contains("latest");
  }

  @Test
  @Row("5.2 reference")
  void reference_withATagAndADigest_isAMistake() throws IOException {
    pod.with("IMPORTER_SOURCE", "registry")
        .with("IMPORTER_ENDPOINT", "docker://host/name:tag@sha256:" + "0".repeat(64));

    assertThat(runInVain()).contains("a tag and a digest");
  }

  @Test
  @Row("5.2 reference")
  void reference_mayBeADigest() throws IOException {
    byte[] disk = raw();
    SourceImage image = image().layer(new Tar().file("disk/a.img", disk).bytes());
    String digest = image.push().digest().toString();
    pod.with("IMPORTER_SOURCE", "registry")
        .with(
            "IMPORTER_ENDPOINT",
            "docker://" + images.authority() + "/" + SourceImage.NAME + "@" + digest);

    runWell();

    assertThat(published()).isEqualTo(disk);
  }

  /** The name that Go, and so the image spec, has for this processor. */
  private static String architecture() {
    return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
  }

  @Test
  @Row("5.2 multi-arch")
  void multiArch_takesTheRunningPlatform() throws IOException {
    byte[] disk = raw();
    SourceImage right = image().layer(new Tar().file("disk/a.img", disk).bytes());
    SourceImage wrong = image().layer(new Tar().file("disk/b.img", raw()).bytes());
    right.pushAsIndex(wrong, architecture());
    pod.with("IMPORTER_SOURCE", "registry").with("IMPORTER_ENDPOINT", right.reference());

    runWell();

    assertThat(published()).isEqualTo(disk);
  }

  @Test
  @Row("5.2 multi-arch")
  void multiArch_withoutTheRunningPlatform_isTold() throws IOException {
    SourceImage one = image().layer(new Tar().file("disk/a.img", raw()).bytes());
    SourceImage other = image().layer(new Tar().file("disk/b.img", raw()).bytes());
    one.pushAsIndex(other, "riscv64");
    pod.with("IMPORTER_SOURCE", "registry").with("IMPORTER_ENDPOINT", one.reference());

    assertThat(runInVain()).contains("no image for linux/" + architecture());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_SCHEMA1})
  @Row("5.2 manifests")
  void manifests_areReadInAllForms(String type) throws IOException {
    byte[] disk = raw();
    byte[] first = new Tar().file("disk/a.img", disk).bytes();
    byte[] second = new Tar().file("disk/b.img", raw()).bytes();
    runOf(image().ofType(type).layer(packed(first, "gzip")).layer(packed(second, "gzip")));

    runWell();

    assertThat(published()).isEqualTo(disk);
  }

  @ParameterizedTest
  @ValueSource(strings = {"disk/a.img", "./disk/a.img", "disk.img", "disks/x", "disk/sub/a.img"})
  @Row({"5.2 which file", "5.2 file name"})
  void whichFile_isTheFirstWhoseNameBeginsWithDisk(String name) throws IOException {
    byte[] disk = raw();
    byte[] first = new Tar().folder("etc").file("etc/disk", seed.bytes(100)).bytes();
    byte[] second =
        new Tar()
            .folder("disk")
            .file("disk/.wh.gone", new byte[0])
            .file(name, disk)
            .file("disk/second.img", seed.bytes(600))
            .bytes();
    runOf(image().layer(first).layer(second));

    runWell();

    assertThat(published()).isEqualTo(disk);
    String base = name.substring(name.lastIndexOf('/') + 1);
    assertThat(ArtifactPodTest.names(layer())).containsExactly("disk/", "disk/" + base);
  }

  /** Neither the layer above nor its whiteouts change what the first one holds. */
  @Test
  @Row("5.2 overlays")
  void overlays_areNotHonoured() throws IOException {
    byte[] disk = raw();
    byte[] above = new Tar().file("disk/.wh.a.img", new byte[0]).file("disk/a.img", raw()).bytes();
    runOf(image().layer(new Tar().file("disk/a.img", disk).bytes()).layer(above));

    runWell();

    assertThat(published()).isEqualTo(disk);
  }

  @Test
  @Row("5.2 overlays")
  void overlays_aLinkIsToldAsSuch() throws IOException {
    runOf(image().layer(new Tar().link("disk/a.img", "../b.img").file("b.img", raw()).bytes()));

    assertThat(runInVain()).contains("disk/a.img is a link");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "xz", "zstd"})
  @Row({"5.2 layer compression", "5.2 size"})
  void layerCompression_isToldByItsMagic(String program) throws IOException {
    byte[] disk = raw();
    byte[] tar = new Tar().file("disk/a.img", disk).bytes();
    runOf(image().layer(program.equals("none") ? tar : packed(tar, program)));

    runWell();

    assertThat(published()).isEqualTo(disk);
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(disk.length);
  }

  /** Ours: a layer that is not what its digest says is no image. */
  @Test
  @Row("5.2 digest check")
  void digestCheck_ofADamagedLayer_publishesNothing() throws IOException {
    byte[] tar = new Tar().file("disk/a.img", raw()).bytes();
    SourceImage image = image().layer(tar);
    runOf(image);
    String digest = io.dvcr.registry.Digest.of(tar).toString();
    images.blob(SourceImage.NAME, digest).orElseThrow()[LENGTH / 2] ^= 1;

    assertThat(pod.run()).as(pod.log()).isIn(0, 75);

    assertThat(pod.error()).contains("digest");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  @Row("5.2 nothing found")
  void nothingFound_isToldWithWhatIsThere() throws IOException {
    runOf(image().layer(new Tar().file("etc/passwd", seed.bytes(10)).bytes()));

    assertThat(runInVain()).contains("no file below disk/", "etc/passwd");
  }

  @Test
  @Row("5.2 nothing found")
  void nothingFound_inALayerThatIsBroken_isToldAsThat() throws IOException {
    byte[] tar = packed(new Tar().file("disk/a.img", raw()).bytes(), "gzip");
    runOf(image().layer(Arrays.copyOf(tar, tar.length / 2)));

    assertThat(runInVain()).doesNotContain("no file below").contains("rule G2");
  }

  @Test
  @Row("5.2 error prefix")
  void errorsOfOpening_areToldAtOnce_ifNothingWillMendThem() throws IOException {
    pod.with("IMPORTER_SOURCE", "registry")
        .with("IMPORTER_ENDPOINT", "docker://" + images.authority() + "/no/such:v1");

    assertThat(runInVain()).contains("no/such");
  }

  @Test
  @Row({"ours address rules"})
  void machineItself_isNoSource() throws IOException {
    runOf(image().layer(new Tar().file("disk/a.img", raw()).bytes()));
    pod.environment.remove("IMPORTER_ALLOW_ADDRESSES");

    assertThat(runInVain())
        .contains("blocked by the address rules", "IMPORTER_ALLOW_ADDRESSES")
        .doesNotContain("--");
  }
}
