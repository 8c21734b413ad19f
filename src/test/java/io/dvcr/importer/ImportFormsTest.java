package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.dvcr.contract.ImportReport;
import io.dvcr.contract.Reason;
import io.dvcr.registry.Repository;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.ServedFile;
import io.dvcr.testbed.Tools;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form a source comes in, and every form it is stored in. */
@NullMarked
@SuppressWarnings("NullAway.Init") // set before each test
class ImportFormsTest extends ImportTestBase {
  private static final int LENGTH = 2 << 20;

  /** Less than any image here. */
  private static final int LITTLE = 100_000;

  private MemoryRegistry registry;
  private Target target;

  @BeforeEach
  void prepare() {
    registry = MemoryRegistry.start();
    target = new Target.Memory(registry);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, '', gzip",
    "xz, -0, xz",
    "xz, --block-size=1000000, xz",
    "zstd, '', zstd",
    "zstd, -19, zstd"
  })
  void packedWithAClaim_isReadOnceAndUnpacked(String program, String option, String compression)
      throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed = option.isEmpty() ? pack(image, program) : pack(image, program, option);
    bench.serve("/disk.qcow2.packed", packed);

    ImportReport report = bench.run(bench.http("/disk.qcow2.packed"), target);

    assertStored(report, image, packed, compression);
    assertThat(sourceBytes("/disk"))
        .as("one reading and the look at its end")
        .isLessThan(packed.length + 2L * LITTLE);
    assertThat(
            bench.files().requests("GET", "/disk").stream()
                .filter(request -> request.header("Range").isEmpty()))
        .hasSize(1);
    assertThat(bench.files().requests("HEAD", "")).isEmpty();
    assertBlobs(2);
  }

  /** Layer and config: neither a scratch blob nor an abandoned layer stays. */
  private void assertBlobs(int count) {
    assertThat(registry.blobCount(Target.REPOSITORY)).as("blobs").isEqualTo(count);
    ImportBench.assertNothingLeft(target);
  }

  private void assertStored(
      ImportReport report, byte[] image, byte[] received, @Nullable String compression)
      throws Exception {
    assertThat(report.compression()).isEqualTo(compression);
    assertThat(report.format()).isEqualTo("qcow2");
    assertThat(report.virtualSize()).isEqualTo(LENGTH);
    assertThat(report.storedSize()).isEqualTo(image.length);
    assertThat(report.sourceSize()).isEqualTo(received.length);
    assertThat(bench.export(target)).isEqualTo(image);
  }

  private byte[] pack(byte[] image, String program, Object... options) throws IOException {
    return images.packed(image, program, options);
  }

  /** What the server sent of a file. */
  private long sourceBytes(String path) {
    return bench.files().requests("GET", path).stream().mapToLong(r -> r.answeredBytes()).sum();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void unknownLength_isKeptInMemoryOrAScratchBlob(boolean little) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed = pack(image, "gzip");
    bench.serve("/disk.qcow2.gz", packed).withoutRanges();

    ImportReport report =
        bench.run(
            bench.http("/disk.qcow2.gz"),
            target,
            little ? ImportBench.holding(LITTLE) : ImportBench.request());

    assertStored(report, image, packed, "gzip");
    assertThat(bench.files().requests("GET", "/disk")).hasSize(1);
    assertThat(registry.server().requests("DELETE", "/blobs/sha256")).hasSize(little ? 1 : 0);
    assertBlobs(2);
  }

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void scratch_worksInEveryTarget(Target.Kind kind) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk.qcow2", pack(image, "xz", "-0")).chunked();
    try (Target other = kind.start(Files.createDirectory(folder.resolve("target")))) {
      bench.run(bench.http("/disk.qcow2"), other, ImportBench.holding(LITTLE));

      assertThat(bench.export(other)).isEqualTo(image);
      ImportBench.assertNothingLeft(other);
      if (other instanceof Target.Layout(Path layout)) {
        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
          assertThat(blobs).as("layer, config and manifest").hasSize(3);
        }
      }
    }
  }

  @Test
  void chunkedBody_isMeasuredFirst() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk.qcow2", image).chunked();

    ImportReport report = bench.run(bench.http("/disk.qcow2"), target, ImportBench.holding(LITTLE));

    assertStored(report, image, image, null);
    assertBlobs(2);
  }

  @Test
  void serverWithoutRanges_isReadOnce() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk.qcow2", image).withoutRanges();

    assertStored(bench.run(bench.http("/disk.qcow2"), target), image, image, null);
    assertThat(bench.files().requests()).hasSize(1);
    assertBlobs(2);
  }

  /** The last member's length is not the whole's: the guess is wrong, the artifact is not. */
  @ParameterizedTest
  @ValueSource(ints = {1, LENGTH / 2, LENGTH - 1})
  void gzipOfSeveralMembers_isReadAgainAndRight(int first) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed =
        joined(
            pack(Arrays.copyOf(image, first), "gzip"),
            pack(Arrays.copyOfRange(image, first, image.length), "gzip"));
    bench.serve("/disk.qcow2.gz", packed);

    assertStored(bench.run(bench.http("/disk.qcow2.gz"), target), image, packed, "gzip");
    assertBlobs(2);
  }

  /** The first frame's length is not the whole's. */
  @Test
  void zstdOfSeveralFrames_isRight() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed =
        joined(
            Zstd.compress(Arrays.copyOf(image, 1 << 20)),
            Zstd.compress(Arrays.copyOfRange(image, 1 << 20, image.length)));
    bench.serve("/disk.qcow2.zst", packed);

    assertStored(bench.run(bench.http("/disk.qcow2.zst"), target), image, packed, "zstd");
    assertBlobs(2);
  }

  @Test
  void xzOfSeveralStreams_isRight() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed =
        joined(
            pack(Arrays.copyOf(image, 1 << 20), "xz", "-0"),
            pack(Arrays.copyOfRange(image, 1 << 20, image.length), "xz", "-0"));
    bench.serve("/disk.qcow2.xz", packed);

    assertStored(bench.run(bench.http("/disk.qcow2.xz"), target), image, packed, "xz");
    assertBlobs(2);
  }

  private static byte[] joined(byte[] one, byte[] two) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.writeBytes(two);
    return both.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "xz", "zstd"})
  void standardInput_isStored(String packing) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] received = packing.equals("none") ? image : pack(image, packing);
    StandardInputSource pipe = new StandardInputSource(new ByteArrayInputStream(received));

    ImportReport report = bench.run(pipe, target, ImportBench.holding(LITTLE));

    assertStored(report, image, received, packing.equals("none") ? null : packing);
    assertBlobs(2);
  }

  @Test
  void gzipInsideXz_isUnpackedTwice() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed = pack(pack(image, "gzip"), "xz", "-0");
    bench.serve("/disk.qcow2.gz.xz", packed);

    assertStored(bench.run(bench.http("/disk.qcow2.gz.xz"), target), image, packed, "xz");
    assertBlobs(2);
  }

  @Test
  void gzipInsideGzip_staysPackedAsARawDisk() throws Exception {
    byte[] inner = pack(images.qcow2(LENGTH), "gzip");
    bench.serve("/disk.gz.gz", pack(inner, "gzip"));

    ImportReport report = bench.run(bench.http("/disk.gz.gz"), target);

    assertThat(report.format()).isEqualTo("raw");
    assertThat(report.virtualSize()).isEqualTo(inner.length);
    assertThat(report.compression()).isEqualTo("gzip");
    assertThat(bench.export(target)).isEqualTo(inner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz", "zstd"})
  void asReceived_isTheSourcesBytes(String packing) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed = pack(image, packing);
    bench.serve("/disk.qcow2.packed", packed);

    ImportReport report =
        bench.run(
            bench.http("/disk.qcow2.packed"),
            target,
            ImportBench.request(StoredForm.AS_RECEIVED, LayerCompression.NONE));

    assertThat(report.format()).isEqualTo("qcow2");
    assertThat(report.virtualSize()).isEqualTo(LENGTH);
    assertThat(report.storedSize()).isEqualTo(packed.length);
    assertThat(report.sourceSize()).isEqualTo(packed.length);
    assertThat(report.compression()).isEqualTo(packing);
    assertThat(bench.export(target)).isEqualTo(packed);
    assertThat(bench.files().requests("GET", "/disk")).hasSize(1);
  }

  @Test
  void asReceivedFromAPipe_isTheSourcesBytes() throws Exception {
    byte[] packed = pack(images.qcow2(LENGTH), "gzip");
    ImportRequest asReceived = ImportBench.request(StoredForm.AS_RECEIVED, LayerCompression.NONE);
    ImportRequest little =
        new ImportRequest(
            asReceived.tags(),
            asReceived.checksums(),
            asReceived.form(),
            asReceived.compression(),
            asReceived.maxVirtualSize(),
            asReceived.decoderLimits(),
            LITTLE);

    ImportReport report =
        bench.run(new StandardInputSource(new ByteArrayInputStream(packed)), target, little);

    assertThat(report.storedSize()).isEqualTo(packed.length);
    assertThat(bench.export(target)).isEqualTo(packed);
    assertBlobs(2);
  }

  @ParameterizedTest
  @CsvSource({"NONE, tar", "ZSTD, tar+zstd", "AUTO, tar"})
  void layerCompressionOfADenseImage_isAsAsked(LayerCompression compression, String mediaType)
      throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk.qcow2", image);

    ImportReport report =
        bench.run(
            bench.http("/disk.qcow2"),
            target,
            ImportBench.request(StoredForm.UNPACKED, compression));

    assertThat(report.layer().mediaType()).endsWith("." + mediaType);
    assertThat(bench.export(target)).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({"NONE, tar", "ZSTD, tar+zstd", "AUTO, tar+zstd"})
  void layerCompressionOfASparseImage_isAsAsked(LayerCompression compression, String mediaType)
      throws Exception {
    byte[] image = images.converted(images.sparseRaw(LENGTH), "vpc", "-o", "subformat=fixed");
    bench.serve("/disk.vhd", image);

    ImportReport report =
        bench.run(
            bench.http("/disk.vhd"), target, ImportBench.request(StoredForm.UNPACKED, compression));

    assertThat(report.layer().mediaType()).endsWith("." + mediaType);
    assertThat(bench.export(target)).isEqualTo(image);
  }

  /** An artifact is a source, too: of an uncompressed layer and of a compressed one. */
  @ParameterizedTest
  @EnumSource(LayerCompression.class)
  void artifact_isImportedAgain(LayerCompression compression) throws Exception {
    byte[] image = images.qcow2(LENGTH);
    bench.serve("/disk.qcow2", image);
    bench.run(
        bench.http("/disk.qcow2"), target, ImportBench.request(StoredForm.UNPACKED, compression));
    try (MemoryRegistry second = MemoryRegistry.start()) {
      Target copy = new Target.Memory(second);
      Repository from = target.open(bench);

      ImportReport report =
          bench.run(
              new RegistrySource(from, ImportBench.TAG, ImportBench.request().decoderLimits()),
              copy);

      assertThat(report.sourceSize()).isEqualTo(image.length);
      assertThat(report.compression()).isNull();
      assertThat(bench.export(copy)).isEqualTo(image);
    }
  }

  @Test
  void file_isImported() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    byte[] packed = pack(image, "zstd");
    Path file = Files.write(folder.resolve("disk.qcow2.zst"), packed);

    assertStored(bench.run(new FileSource(file), target), image, packed, "zstd");
    assertBlobs(2);
  }

  /** Opening it to see what it is would take it from its writer. */
  @Test
  void namedPipe_isReadOnce() throws Exception {
    byte[] image = images.qcow2(LENGTH);
    Path pipe = folder.resolve("pipe");
    Tools.run("mkfifo", pipe).expectSuccess();
    Thread writer = Thread.ofVirtual().start(() -> write(pipe, image));

    ImportReport report = bench.run(new FileSource(pipe), target);

    writer.join();
    assertThat(report.storedSize()).isEqualTo(image.length);
    assertThat(bench.export(target)).isEqualTo(image);
  }

  private static void write(Path pipe, byte[] content) {
    try {
      Files.write(pipe, content, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server has a hundred times what is allowed, and sends little of it. */
  @Test
  void rawDiskBeyondTheLimit_isRefusedAsSoonAsItShows() throws Exception {
    byte[] packed = pack(new byte[64 << 20], "zstd");
    bench.serve("/disk.raw.zst", packed);

    ImportException failure =
        bench.fail(bench.http("/disk.raw.zst"), target, ImportBench.allowing(1 << 20));

    assertThat(failure.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
    assertThat(failure).hasMessageNotContaining(Integer.toString(64 << 20));
  }

  @Test
  void emptyFile_isRefused() throws Exception {
    ServedFile served = bench.serve("/nothing", new byte[0]);
    assertThat(served).isNotNull();

    ImportException failure = bench.fail(bench.http("/nothing"), target);

    assertThat(failure.reason().retryable()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(LayerCompression.class)
  void imageThatIsRefusedAtItsEnd_leavesNoLayerInAFolder(LayerCompression compression)
      throws Exception {
    Path layout = folder.resolve("layout");
    bench.serve("/disk.qcow2", images.qcow2WrongInItsLastTable());

    ImportException failure =
        bench.fail(
            bench.http("/disk.qcow2"),
            new Target.Layout(layout),
            ImportBench.request(StoredForm.UNPACKED, compression));

    assertThat(failure.rule()).hasValueSatisfying(rule -> assertThat(rule).startsWith("Q"));
    try (Stream<Path> files = Files.walk(layout)) {
      assertThat(files.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")))
          .isEmpty();
    }
  }
}
