package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.contract.Reason;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.registry.BlobUpload;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Digest;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Repository;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts that others made, well or badly, as the source of an import. */
@NullMarked
@SuppressWarnings("NullAway.Init") // set before each test
class RegistrySourceTest {
  @RegisterExtension final Seed seed = new Seed();
  private ImportBench bench;
  private MemoryRegistry from;
  private MemoryRegistry to;

  @BeforeEach
  void prepare() {
    bench = new ImportBench();
    from = MemoryRegistry.start();
    to = MemoryRegistry.start();
  }

  @AfterEach
  void close() {
    bench.close();
    from.close();
    to.close();
  }

  @Test
  void diskInALaterLayer_isFound() throws Exception {
    byte[] disk = TestImages.dense(seed, 100_000);
    push(
        tar("etc/motd", new byte[] {1}, "disk/.wh.old.img", new byte[0]),
        gzip(tar("./disk/new.img", disk, "other", new byte[] {2})));

    bench.run(source(), new Target.Memory(to));

    assertThat(bench.export(new Target.Memory(to))).isEqualTo(disk);
  }

  /** What is skipped has to be digested, too. */
  @Test
  void fileInFrontOfTheDisk_isPassedOver_inALayout(@TempDir Path folder) throws Exception {
    byte[] disk = TestImages.dense(seed, 100_000);
    Target layout = Target.Kind.LAYOUT.start(folder);
    push(layout, tar("etc/large", TestImages.dense(seed, 300_000), "disk/a.img", disk));

    RegistrySource source =
        new RegistrySource(layout.open(bench), ImportBench.TAG, DecoderLimits.DEFAULT);
    bench.run(source, new Target.Memory(to));

    assertThat(bench.export(new Target.Memory(to))).isEqualTo(disk);
  }

  @Test
  void linkNamedLikeADisk_isNotFollowed() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry link = new TarArchiveEntry("disk/a.img", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    push(bytes.toByteArray());

    assertFails(Reason.SOURCE_NOT_FOUND, "is a link, which is not followed");
  }

  @Test
  void artifactThatIsNotThere_isNotFound() throws Exception {
    assertFails(Reason.SOURCE_NOT_FOUND, "check the name");
  }

  @Test
  void registryThatIsNotThere_isUnavailable() throws Exception {
    RegistrySource source = source();
    from.close();

    assertThat(bench.fail(source, new Target.Memory(to)).reason())
        .isEqualTo(Reason.SOURCE_UNAVAILABLE);
  }

  @Test
  void registryThatDeniesTheLayer_isUnauthorized() throws Exception {
    push(tar("disk/a.img", TestImages.dense(seed, 100_000)));
    from.server()
        .faults()
        .add(Fault.on("GET", "/blobs/").always().insteadOfTheAnswer().then(Effect.answer(403)));

    assertFails(Reason.SOURCE_UNAUTHORIZED, "give credentials that it accepts");
  }

  /** Some hundred bytes of a packed layer can stand for any number of them. */
  @Test
  void nameOfSeveralMegabytes_isRefused() throws Exception {
    byte[] name = new byte[2 << 20];
    Arrays.fill(name, (byte) 'x');
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry longName =
          new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
      longName.setSize(name.length);
      tar.putArchiveEntry(longName);
      tar.write(name);
      tar.closeArchiveEntry();
    }
    push(gzip(bytes.toByteArray()));

    assertFails(Reason.SOURCE_NOT_FOUND, "is no tar archive or is damaged");
  }

  @Test
  void layerThatIsNoArchive_isToldSo() throws Exception {
    push(seed.bytes(100_000));

    assertFails(Reason.SOURCE_NOT_FOUND, "is no tar archive or is damaged");
  }

  @Test
  void archiveThatEndsInTheDisk_isToldSo() throws Exception {
    byte[] whole = tar("disk/a.img", TestImages.dense(seed, 100_000));
    push(Arrays.copyOf(whole, 50_000));

    assertFails(Reason.SOURCE_NOT_FOUND, "is no tar archive or is damaged");
  }

  @Test
  void packedLayerThatIsDamaged_isMalformed() throws Exception {
    byte[] packed = gzip(tar("disk/a.img", TestImages.dense(seed, 100_000)));
    packed[packed.length - 6] ^= 1;
    push(packed);

    assertFails(Reason.MALFORMED_IMAGE, "gzip");
  }

  @Test
  void manifestWithABrokenLayer_isToldSo() throws Exception {
    manifest(
        new Target.Memory(from),
        "{\"mediaType\":\"%s\",\"digest\":\"%s\"}"
            .formatted(MediaTypes.OCI_LAYER, Digest.of(new byte[] {'{', '}'})));

    assertFails(Reason.SOURCE_NOT_FOUND, "its manifest is broken");
  }

  private void assertFails(Reason reason, String words) throws IOException {
    ImportException failure = bench.fail(source(), new Target.Memory(to));
    assertThat(failure).hasMessageContaining(words);
    assertThat(failure.reason()).isEqualTo(reason);
  }

  private RegistrySource source() {
    return new RegistrySource(
        new Target.Memory(from).open(bench), ImportBench.TAG, DecoderLimits.DEFAULT);
  }

  /** Name, content, name, content. */
  private static byte[] tar(Object... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < entries.length; i += 2) {
        byte[] content = (byte[]) entries[i + 1];
        TarArchiveEntry entry = new TarArchiveEntry((String) entries[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(bytes)) {
      packing.write(content);
    }
    return bytes.toByteArray();
  }

  private void push(byte[]... layers) throws IOException {
    push(new Target.Memory(from), layers);
  }

  private void push(Target target, byte[]... layers) throws IOException {
    try (Repository repository = target.open(bench)) {
      String[] descriptors = new String[layers.length];
      for (int i = 0; i < layers.length; i++) {
        try (BlobUpload upload = repository.upload(null)) {
          upload.write(layers[i], 0, layers[i].length);
          Descriptor pushed = upload.commit(MediaTypes.OCI_LAYER);
          descriptors[i] =
              "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                  .formatted(pushed.mediaType(), pushed.digest(), pushed.size());
        }
      }
      manifest(target, descriptors);
    }
  }

  private void manifest(Target target, String... layers) throws IOException {
    String all = Stream.of(layers).collect(Collectors.joining(","));
    try (Repository repository = target.open(bench)) {
      Descriptor config = repository.pushBlob(MediaTypes.OCI_CONFIG, new byte[] {'{', '}'});
      String json =
          """
          {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":2},\
          "layers":[%s]}\
          """
              .formatted(MediaTypes.OCI_MANIFEST, config.mediaType(), config.digest(), all);
      repository.pushManifest(
          ImportBench.TAG,
          Manifest.parse(MediaTypes.OCI_MANIFEST, json.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
