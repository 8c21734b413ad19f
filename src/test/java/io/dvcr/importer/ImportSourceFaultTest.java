package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.contract.Reason;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.Digest;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.Headers;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.ServedFile;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A web server that does badly: the image arrives all the same, or it is said why not. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class ImportSourceFaultTest {
  private static final int LENGTH = 3 << 20;

  /** Long for a loopback connection, short for a test. */
  private static final Duration SHORT = Duration.ofMillis(400);

  @RegisterExtension final Seed seed = new Seed();
  private ImportBench bench;
  private MemoryRegistry registry;
  private Target target;
  private byte[] image;
  private ServedFile file;

  @BeforeEach
  void prepare() {
    bench = new ImportBench();
    registry = MemoryRegistry.start();
    target = new Target.Memory(registry);
    image = TestImages.dense(seed, LENGTH);
    file = bench.serve("/disk.img", image);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
  }

  private void add(Fault fault) {
    bench.files().faults().add(fault);
  }

  private void assertImported() throws Exception {
    bench.run(bench.http("/disk.img"), target);
    assertArrived();
  }

  private void assertArrived() throws Exception {
    assertThat(bench.files().faults().happened()).as("faults that happened").isPositive();
    assertThat(bench.export(target)).isEqualTo(image);
    ImportBench.assertNothingLeft(target);
  }

  private ImportException assertFails(Reason reason) throws Exception {
    ImportException failure = bench.fail(bench.http("/disk.img"), target);
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    return failure;
  }

  private static Fault get() {
    return Fault.on("GET", "/disk");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyCuts_areResumedWhereTheyHappened(boolean reset) throws Exception {
    long cuts = 0;
    for (int i = 1; i <= 10; i++) {
      long bytes = seed.random().nextInt(LENGTH / 10);
      add(get().nth(i).afterResponseBytes(bytes).then(reset ? Effect.RESET : Effect.CUT));
      cuts++;
    }

    assertImported();

    assertThat(bench.files().faults().happened()).isEqualTo((int) cuts);
    List<Request> requests = bench.files().requests("GET", "/disk");
    assertThat(requests).hasSize((int) cuts + 1);
    assertThat(requests.stream().skip(1))
        .allMatch(request -> request.header("If-Range").equals(Optional.of("\"version-1\"")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 1023, 1024, 1025, LENGTH - 1, LENGTH})
  void cutAtAByte_isResumed(int bytes) throws Exception {
    add(get().afterResponseBytes(bytes).then(Effect.CUT));

    assertImported();
  }

  /** Two versions with the same length and no entity tag: only the date tells. */
  @Test
  void partOfAnotherDate_isAnotherFile() throws Exception {
    String range = "bytes 1000-%d/%d".formatted(LENGTH - 1, LENGTH);
    String old = "Mon, 02 Mar 2026 00:00:00 GMT";
    String later = "Tue, 03 Mar 2026 00:00:00 GMT";
    add(
        get()
            .then(exchange -> {
              exchange.alwaysSend("Last-Modified", old);
              exchange.alwaysSend("Accept-Ranges", "bytes");
              exchange
                  .start(200, Map.of(), OptionalLong.of(LENGTH))
                  .write(Arrays.copyOf(image, 1000));
              exchange.cut();
            }));
    add(
        get()
            .nth(2)
            .then(exchange ->
                exchange.answer(
                    206,
                    Map.of("Last-Modified", later, "Content-Range", range),
                    new byte[LENGTH - 1000])));

    assertThat(assertFails(Reason.SOURCE_CHANGED))
        .hasMessageContaining("its Last-Modified was %s and is %s".formatted(old, later));
  }

  @Test
  void serverWithoutRanges_isReadAgainAndSkipped() throws Exception {
    file.withoutRanges();
    add(get().afterResponseBytes(LENGTH / 2).times(3).then(Effect.CUT));
    add(get().nth(4).afterResponseBytes(LENGTH - 100).then(Effect.RESET));

    assertImported();
  }

  @Test
  void serverWithoutValidators_isResumedByLength() throws Exception {
    file.withoutEtag().withoutLastModified();
    add(get().afterResponseBytes(LENGTH / 2).then(Effect.CUT));

    assertImported();
  }

  @Test
  void stall_isACutAfterTheIdleLimit() throws Exception {
    bench.close();
    bench = new ImportBench(ConnectorOptions.DEFAULT.withIdleLimit(SHORT));
    bench.serve("/disk.img", image);
    add(get().then(Effect.STALL));
    add(get().nth(2).afterResponseBytes(LENGTH / 3).then(Effect.STALL));

    assertImported();
  }

  @ParameterizedTest
  @CsvSource({"503, 7", "429, 100", "500, 0", "502, 0", "408, 0"})
  void busyServer_isAskedAgainWhenItSays(int status, int retryAfter) throws Exception {
    Effect busy = Effect.answer(status, "Retry-After", Integer.toString(retryAfter));
    add(get().times(2).then(busy));
    add(get().nth(3).afterResponseBytes(1000).then(Effect.CUT));
    add(get().nth(4).then(busy));

    assertImported();

    List<Duration> waits = bench.timer().sleeps();
    assertThat(waits).hasSize(4);
    assertThat(waits.getFirst())
        .as("the first wait")
        .isEqualTo(Duration.ofSeconds(Math.max(1, retryAfter)));
    assertThat(waits.get(2))
        .as("the first wait after a byte came")
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void replacedInTheMiddle_isSourceChanged() throws Exception {
    byte[] other = TestImages.dense(seed, LENGTH);
    add(
        get()
            .afterResponseBytes(LENGTH / 2)
            .then(exchange -> {
              file.replace(other);
              exchange.cut();
            }));

    assertThat(assertFails(Reason.SOURCE_CHANGED)).hasMessageContaining("ETag");
  }

  @Test
  void replacedWithoutValidators_isToldByItsLength() throws Exception {
    file.withoutEtag().withoutLastModified();
    byte[] other = TestImages.dense(seed, LENGTH + 1);
    add(
        get()
            .afterResponseBytes(LENGTH / 2)
            .then(exchange -> {
              file.replaceSilently(other);
              exchange.cut();
            }));

    assertThat(assertFails(Reason.SOURCE_CHANGED)).hasMessageContaining("length");
  }

  /** Nothing but its bytes tells. */
  @Test
  void replacedByOneOfTheSameLength_isToldByItsBytes() throws Exception {
    file.withoutEtag().withoutLastModified();
    byte[] other = TestImages.dense(seed, LENGTH);
    add(
        get()
            .afterResponseBytes(LENGTH / 2)
            .then(exchange -> {
              file.replaceSilently(other);
              exchange.cut();
            }));

    assertThat(assertFails(Reason.SOURCE_CHANGED)).hasMessageContaining("first bytes");
  }

  @Test
  void bodyInAStrangeCoding_isRefused() throws Exception {
    file.header("Content-Encoding", "br");

    assertThat(assertFails(Reason.SOURCE_NOT_FOUND)).hasMessageContaining("encoded as br");
  }

  @Test
  void becomeShorter_isSourceChanged() throws Exception {
    file.withoutEtag().withoutLastModified();
    add(
        get()
            .afterResponseBytes(LENGTH / 2)
            .then(exchange -> {
              file.replaceSilently(new byte[100]);
              exchange.cut();
            }));

    assertFails(Reason.SOURCE_CHANGED);
  }

  /** With only a date, If-Range has the date, and the whole new file comes. */
  @Test
  void replacedWithADateAlone_isSourceChanged() throws Exception {
    file.withoutEtag();
    byte[] other = TestImages.dense(seed, LENGTH);
    add(
        get()
            .afterResponseBytes(LENGTH / 2)
            .then(exchange -> {
              file.replace(other);
              exchange.cut();
            }));

    assertThat(assertFails(Reason.SOURCE_CHANGED)).hasMessageContaining("Last-Modified");
  }

  @Test
  void shorterThanAnnounced_isUnavailableAfterAllTries() throws Exception {
    file.declaringLength(LENGTH + 1L).withoutRanges();

    assertThat(assertFails(Reason.SOURCE_UNAVAILABLE))
        .hasMessageContaining("tried " + ImportBench.WAITS + " times more");
  }

  @Test
  void alwaysCutAtTheSameByte_isUnavailableAfterAllTries() throws Exception {
    file.withoutRanges();
    add(get().always().afterResponseBytes(LENGTH / 2).then(Effect.CUT));

    assertFails(Reason.SOURCE_UNAVAILABLE);
    assertThat(bench.timer().sleeps())
        .as("all waits, and those before bytes that a reset had held back")
        .hasSizeBetween(ImportBench.WAITS, 2 * ImportBench.WAITS);
  }

  /** What is behind the announced length is not the file's. */
  @Test
  void longerThanAnnounced_isAsLongAsAnnounced() throws Exception {
    file.declaringLength(1 << 20);

    bench.run(bench.http("/disk.img"), target);

    assertThat(bench.export(target)).isEqualTo(Arrays.copyOf(image, 1 << 20));
  }

  @ParameterizedTest
  @CsvSource({
    "401, SOURCE_UNAUTHORIZED",
    "403, SOURCE_UNAUTHORIZED",
    "404, SOURCE_NOT_FOUND",
    "410, SOURCE_NOT_FOUND",
    "400, SOURCE_NOT_FOUND"
  })
  void permanentAnswer_failsAtOnce(int status, Reason reason) throws Exception {
    add(get().always().then(Effect.answer(status)));

    assertThat(assertFails(reason)).hasMessageContaining(Integer.toString(status));
    assertThat(bench.files().requests()).hasSize(1);
    assertThat(bench.timer().sleeps()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"404, SOURCE_NOT_FOUND", "403, SOURCE_UNAUTHORIZED"})
  void permanentAnswerToAPart_failsAtOnce(int status, Reason reason) throws Exception {
    add(get().afterResponseBytes(LENGTH / 2).then(Effect.CUT));
    add(get().nth(2).always().then(Effect.answer(status)));

    assertFails(reason);
    assertThat(bench.files().requests()).hasSize(2);
  }

  @Test
  void wrongRangeOfAPart_isUnavailableAndNeverMixed() throws Exception {
    file.header("Content-Range", "bytes 0-1/99999999999999999999999");
    add(get().afterResponseBytes(LENGTH / 2).then(Effect.CUT));
    add(
        get()
            .nth(2)
            .always()
            .then(exchange ->
                exchange.answer(
                    206,
                    Map.of("Content-Range", "bytes 0-1/99999999999999999999999"),
                    new byte[2])));

    assertFails(Reason.SOURCE_UNAVAILABLE);
  }

  @Test
  void tenRedirects_areFollowed() throws Exception {
    redirectChain(10);

    bench.run(bench.http("/hop0.qcow2"), target);

    assertThat(bench.export(target)).isEqualTo(image);
  }

  @Test
  void elevenRedirects_areTooMany() throws Exception {
    redirectChain(11);

    ImportException failure = bench.fail(bench.http("/hop0.qcow2"), target);

    assertThat(failure.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
    assertThat(bench.timer().sleeps()).isEmpty();
  }

  private void redirectChain(int length) {
    int[] statuses = {301, 302, 303, 307, 308};
    for (int i = 0; i < length; i++) {
      String next = i == length - 1 ? "/disk.img" : "/hop" + (i + 1) + ".qcow2";
      bench.files().redirect("/hop" + i + ".qcow2", statuses[i % statuses.length], next);
    }
  }

  @Test
  void redirectToItself_failsAtOnce() throws Exception {
    bench.files().redirect("/loop", 302, "/loop");

    assertThat(bench.fail(bench.http("/loop"), target).reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
  }

  @Test
  void redirectToNoUrl_failsAtOnce() throws Exception {
    bench.files().redirect("/file", 302, "file:///etc/passwd");

    assertThat(bench.fail(bench.http("/file"), target).reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
  }

  @Test
  void redirectToAnotherOrigin_takesNoSecretsThere() throws Exception {
    try (FileServer other = FileServer.start()) {
      other.put("/disk.img", image);
      bench.serve("/from", new byte[0]).protectedBy("user", "secret");
      bench.files().redirect("/from", 302, other.uri("/disk.img").toString());
      add(Fault.on("GET", "never").then(Effect.CUT));
      other.faults().add(get().afterResponseBytes(1000).then(Effect.CUT));

      bench.run(secretSource(bench.files().uri("/from")), target);

      assertThat(bench.export(target)).isEqualTo(image);
      assertThat(bench.files().requests("GET", "/from"))
          .allMatch(request -> request.header("Authorization").isPresent())
          .allMatch(request -> request.header("X-Secret").isPresent());
      assertThat(other.requests()).hasSizeGreaterThan(1);
      assertThat(other.requests())
          .noneMatch(request -> request.header("Authorization").isPresent())
          .noneMatch(request -> request.header("X-Secret").isPresent());
    }
  }

  private HttpSource secretSource(URI uri) {
    return new HttpSource(
        uri,
        Optional.of(new Credentials("user", "secret")),
        Headers.NONE.with("X-Secret", "1"),
        bench.connector(),
        bench.retryPolicy());
  }

  @Test
  void redirectInTheSameOrigin_keepsThem() throws Exception {
    file.protectedBy("user", "secret");
    bench.files().redirect("/from", 302, "/disk.img");

    bench.run(secretSource(bench.files().uri("/from")), target);

    assertThat(bench.export(target)).isEqualTo(image);
  }

  /** As curl without {@code --compressed}: what was sent is the file. */
  @Test
  void contentEncoding_isNotAskedForAndNotUndone() throws Exception {
    file.header("Content-Encoding", "gzip");
    add(get().afterResponseBytes(1).then(Effect.CUT));

    assertImported();

    assertThat(bench.files().requests())
        .allMatch(request -> request.header("Accept-Encoding").equals(Optional.of("identity")));
  }

  @Test
  void serverWithoutHead_isNotAskedForIt() throws Exception {
    file.withoutHead();
    add(get().afterResponseBytes(1).then(Effect.CUT));

    assertImported();

    assertThat(bench.files().requests("HEAD", "")).isEmpty();
  }

  @Test
  void unknownHost_failsAtOnce() throws Exception {
    ImportException failure = failAt("http://there-is-none.invalid/disk.img");

    assertThat(failure.reason()).isEqualTo(Reason.SOURCE_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("there-is-none.invalid");
    assertThat(bench.timer().sleeps()).isEmpty();
  }

  @Test
  void refusedConnection_failsAtOnce() throws Exception {
    URI closed;
    try (FileServer gone = FileServer.start()) {
      closed = gone.uri("/disk.img?token=secret");
    }

    ImportException failure = failAt(closed.toString());

    assertThat(failure.reason()).isEqualTo(Reason.SOURCE_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("refused").hasMessageNotContaining("secret");
    assertThat(bench.timer().sleeps()).isEmpty();
  }

  /** It was there: only a name that never answered may be a mistake. */
  @Test
  void serverThatIsGoneAfterItsAnswer_isTriedAgain() throws Exception {
    FileServer files = FileServer.start();
    files.put("/disk.img", image);
    files.faults().add(Fault.on("GET", "").afterResponseBytes(0).then(Effect.CUT));
    files.faults().add(Fault.on("GET", "").nth(2).then(exchange -> files.close()));

    ImportException failure = failAt(files.uri("/disk.img").toString());

    assertThat(failure.reason()).isEqualTo(Reason.SOURCE_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("refused");
    assertThat(bench.timer().sleeps()).hasSize(ImportBench.WAITS);
  }

  private ImportException failAt(String uri) throws Exception {
    return bench.fail(
        new HttpSource(
            URI.create(uri),
            Optional.empty(),
            Headers.NONE,
            bench.connector(),
            bench.retryPolicy()),
        target);
  }

  @Test
  void checksum_isOfTheBytesReceivedAlsoAfterCuts() throws Exception {
    add(get().afterResponseBytes(LENGTH / 2).then(Effect.CUT));
    Checksums right = Checksums.parse(List.of(Digest.of(image).toString()));

    bench.run(bench.http("/disk.img"), target, with(right));

    assertArrived();
  }

  @Test
  void wrongChecksum_publishesNothing() throws Exception {
    Checksums wrong = Checksums.parse(List.of("md5:5d41402abc4b2a76b9719d911017c592"));

    ImportException failure = bench.fail(bench.http("/disk.img"), target, with(wrong));

    assertThat(failure.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
    assertThat(failure).hasMessageContaining("md5 sum mismatch");
  }

  private static ImportRequest with(Checksums checksums) {
    ImportRequest all = ImportBench.request();
    return new ImportRequest(
        all.tags(),
        checksums,
        all.form(),
        all.compression(),
        all.maxVirtualSize(),
        all.decoderLimits(),
        all.heldBytes());
  }
}
