package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dvcr.contract.Reason;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Seed;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that fails: the artifact is right all the same, or there is nothing of it. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class ImportTargetFaultTest {
  private static final int LENGTH = 3 << 20;

  @RegisterExtension final Seed seed = new Seed();
  private ImportBench bench;
  private MemoryRegistry registry;
  private Target target;
  private byte[] image;

  /** From where the same bytes come: read again over HTTP, or from a pipe. */
  enum Origin {
    HTTP,
    PIPE
  }

  @BeforeEach
  void prepare() {
    bench = new ImportBench();
    use(MemoryRegistry.start());
    image = TestImages.dense(seed, LENGTH);
    bench.serve("/disk.img", image);
  }

  private void use(MemoryRegistry other) {
    registry = other;
    target = new Target.Memory(registry);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
  }

  private ImageSource source(Origin origin) {
    return switch (origin) {
      case HTTP -> bench.http("/disk.img");
      case PIPE -> new StandardInputSource(new ByteArrayInputStream(image));
    };
  }

  /** Uncompressed, so that the source of the layer can be read again. */
  private static ImportRequest plain() {
    return ImportBench.request(StoredForm.UNPACKED, LayerCompression.NONE);
  }

  private void assertImported(Origin origin) throws Exception {
    bench.run(source(origin), target, plain());

    assertThat(registry.faults().happened()).as("faults that happened").isPositive();
    assertThat(bench.export(target)).isEqualTo(image);
    ImportBench.assertNothingLeft(target);
  }

  private void assertFails(Origin origin, Reason reason) throws Exception {
    ImportException failure = bench.fail(source(origin), target, plain());

    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
  }

  private void add(Fault fault) {
    registry.faults().add(fault);
  }

  private static Fault patch() {
    return Fault.on("PATCH", "/uploads/");
  }

  @Test
  void secondTagThatIsRefused_isToldWithTheFirst() throws Exception {
    add(Fault.on("PUT", "/manifests/v2").insteadOfTheAnswer().then(Effect.answer(403)));
    ImportRequest two = ImportRequest.of(List.of("v1", "v2"));

    ImportException failure =
        catchThrowableOfType(
            ImportException.class, () -> bench.run(source(Origin.HTTP), target, two));

    assertThat(failure.reason()).isEqualTo(Reason.REGISTRY_UNAUTHORIZED);
    assertThat(failure).hasMessageEndingWith("; published already as v1");
    assertThat(bench.tags(target)).contains("v1");
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void manyCutsOfAPatch_areResumed(Origin origin) throws Exception {
    for (int i = 1; i <= 10; i++) {
      Effect effect = seed.random().nextBoolean() ? Effect.CUT : Effect.RESET;
      add(patch().nth(i).afterRequestBytes(seed.random().nextInt(200_000)).then(effect));
    }

    assertImported(origin);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP, 503",
    "PIPE, 503",
    "HTTP, 429",
    "PIPE, 429",
    "HTTP, 500",
    "PIPE, 500",
    "HTTP, 502"
  })
  void refusedForNow_isTriedAgain(Origin origin, int status) throws Exception {
    Effect busy = Effect.answer(status, "Retry-After", "5");
    add(Fault.on("POST", "/uploads/").then(busy));
    add(patch().afterRequestBytes(seed.random().nextInt(500_000)).then(busy));
    add(patch().nth(3).then(busy));
    add(patch().nth(4).insteadOfTheAnswer().then(busy));
    add(Fault.on("PUT", "/uploads/").then(busy));
    add(Fault.on("PUT", "/manifests/").then(busy));

    assertImported(origin);
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void tooLarge_makesSmallerRequests(Origin origin) throws Exception {
    registry.close();
    use(
        MemoryRegistry.start(
            MemoryRegistryOptions.plain().withMaxChunkBytes(1 << 20), RegistryAuth.none()));

    bench.run(source(origin), target, plain());

    assertThat(bench.export(target)).isEqualTo(image);
    ImportBench.assertNothingLeft(target);
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void answerToTheCommitLost_isNoFailure(Origin origin) throws Exception {
    add(Fault.on("PUT", "/uploads/").times(2).insteadOfTheAnswer().then(Effect.CUT));
    add(patch().insteadOfTheAnswer().then(Effect.RESET));

    assertImported(origin);
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void answerToTheManifestLost_isNoFailure(Origin origin) throws Exception {
    add(Fault.on("PUT", "/manifests/").insteadOfTheAnswer().then(Effect.RESET));
    add(Fault.on("PUT", "/manifests/").nth(2).then(Effect.answer(500)));

    assertImported(origin);
  }

  @Test
  void sessionLost_startsAnewFromASourceThatCanBeReadAgain() throws Exception {
    add(
        patch()
            .afterRequestBytes(LENGTH / 2)
            .then(exchange -> {
              registry.losesSessions().happen(exchange);
              exchange.cut();
            }));

    assertImported(Origin.HTTP);
  }

  @Test
  void sessionLostOfAPipe_fails() throws Exception {
    add(
        patch()
            .nth(2)
            .afterRequestBytes(1000)
            .then(exchange -> {
              registry.losesSessions().happen(exchange);
              exchange.cut();
            }));

    ImportException failure = bench.fail(source(Origin.PIPE), target, plain());

    assertThat(failure.reason()).isEqualTo(Reason.REGISTRY_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("lost");
  }

  @Test
  void cutSessionsForgotten_asInDistribution2_continueFromTheSource() throws Exception {
    registry.close();
    use(
        MemoryRegistry.start(
            MemoryRegistryOptions.plain().losingCutSessions(), RegistryAuth.none()));
    for (int i = 1; i <= 3; i++) {
      add(patch().nth(i).afterRequestBytes(seed.random().nextInt(LENGTH)).then(Effect.CUT));
    }

    assertImported(Origin.HTTP);
  }

  @ParameterizedTest
  @CsvSource({"HTTP, 1000", "HTTP, 100000000", "PIPE, 1000", "PIPE, 100000000"})
  void offsetThatIsTooFar_neverBecomesAnArtifact(Origin origin, long lie) throws Exception {
    add(
        patch()
            .afterRequestBytes(300_000)
            .then(exchange -> {
              registry.liesAboutOffsetBy(lie).happen(exchange);
              exchange.cut();
            }));

    ImportException failure = bench.fail(source(origin), target, plain());

    assertThat(failure.reason().id()).startsWith("Registry");
  }

  @Test
  void bytesForgottenAfterACut_areSentAgain() throws Exception {
    add(
        patch()
            .afterRequestBytes(700_000)
            .then(exchange -> {
              registry.forgetsLastBytes(500_000).happen(exchange);
              exchange.cut();
            }));

    assertImported(Origin.HTTP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /uploads/", "PATCH /uploads/", "PUT /uploads/", "PUT /manifests/"})
  void brokenForEver_failsAfterAllTries(String request) throws Exception {
    String[] words = request.split(" ", 2);
    add(Fault.on(words[0], words[1]).always().then(Effect.answer(503)));

    assertFails(Origin.HTTP, Reason.REGISTRY_UNAVAILABLE);
    assertThat(bench.timer().sleeps()).hasSizeGreaterThanOrEqualTo(ImportBench.WAITS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /uploads/", "PATCH /uploads/", "PUT /uploads/", "PUT /manifests/"})
  void forbidden_failsAtOnce(String request) throws Exception {
    String[] words = request.split(" ", 2);
    add(Fault.on(words[0], words[1]).always().then(Effect.answer(403)));

    assertFails(Origin.HTTP, Reason.REGISTRY_UNAUTHORIZED);
    assertThat(bench.timer().sleeps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void refusedImage_leavesNothing(Origin origin) throws Exception {
    image = new byte[LENGTH];
    System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xFB, 0, 0, 0, 3}, 0, image, 0, 8);
    image[15] = 1; // a backing file's name somewhere
    bench.serve("/disk.img", image);

    ImportException failure = bench.fail(source(origin), target, plain());

    assertThat(failure.rule()).isPresent();
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void restart_isSurvived(Origin origin, @TempDir Path folder) throws Exception {
    try (RealRegistry real = RealRegistry.start(RealRegistry.Version.V3, folder)) {
      Target distribution = new Target.Real(real);
      RestartingSource source = new RestartingSource(source(origin), real, LENGTH / 2);

      bench.run(source, distribution, plain());

      assertThat(source.restarted()).isTrue();
      assertThat(bench.export(distribution)).isEqualTo(image);
      ImportBench.assertNothingLeft(distribution);
    }
  }
}
