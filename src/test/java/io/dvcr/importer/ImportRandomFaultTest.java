package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.Faults;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Chance decides what goes wrong where; a cut costs seconds, not the transfer. */
@NullMarked
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ImportRandomFaultTest {
  private static final int TIMES = 100;
  private static final int LENGTH = 700_000;
  private static final int LARGE = 64 << 20;
  private static final int CUTS = 10;

  /** Bytes between an event loop and its reader at most. */
  private static final int WINDOW = 1 << 20;

  /** Linux's largest socket buffers by default (tcp_rmem, tcp_wmem) and ours. */
  private static final int IN_FLIGHT = 12 << 20;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir private Path folder;

  @Test
  void oneFaultAnywhere_givesTheArtifactOrNothing() throws Exception {
    byte[] image = TestImages.dense(seed, LENGTH);
    byte[] packed = new TestImages(folder, seed).packed(image, "gzip");
    int arrived = 0;
    try (ImportBench bench = new ImportBench()) {
      for (int i = 0; i < TIMES; i++) {
        bench.files().faults().clear();
        bench.serve("/disk", seed.random().nextBoolean() ? image : packed);
        if (importOnce(bench, image)) {
          arrived++;
        }
      }
    }
    assertThat(arrived).as("a single fault hardly ever fails an import").isGreaterThan(TIMES / 2);
  }

  private boolean importOnce(ImportBench bench, byte[] image) throws Exception {
    MemoryRegistryOptions options = MemoryRegistryOptions.plain();
    if (seed.random().nextBoolean()) {
      options = options.losingCutSessions();
    }
    try (MemoryRegistry registry = MemoryRegistry.start(options, RegistryAuth.none())) {
      Target target = new Target.Memory(registry);
      boolean source = seed.random().nextBoolean();
      Faults faults = source ? bench.files().faults() : registry.faults();
      Fault fault = source ? fault("GET") : fault(anyOf(List.of("POST", "PATCH", "PUT", "HEAD")));
      faults.add(fault);
      try {
        bench.run(bench.http("/disk"), target, ImportBench.holding(50_000));
      } catch (ImportException e) {
        assertThat(e.reason().id()).as("%s: %s", fault, e).matches("(Source|Registry)Unavailable");
        assertNothingLeft(fault, target);
        assertThat(registry.manifest(Target.REPOSITORY, ImportBench.TAG)).isEmpty();
        return false;
      }
      faults.clear();
      assertThat(bench.export(target)).as("the image after %s", fault).isEqualTo(image);
      assertNothingLeft(fault, target);
      return true;
    }
  }

  /** Of a session whose begin was never answered only the registry knows. */
  private static void assertNothingLeft(Fault fault, Target target) {
    if (!(fault.method().equals("POST") && fault.moment() == Fault.Moment.ANSWER)) {
      ImportBench.assertNothingLeft(target);
    }
  }

  private Fault fault(String method) {
    Fault fault = Fault.on(method, "").nth(1 + seed.random().nextInt(2));
    long bytes = seed.random().nextInt(LENGTH);
    Fault timed =
        switch (seed.random().nextInt(4)) {
          case 0 -> fault;
          case 1 -> fault.afterRequestBytes(bytes);
          case 2 -> fault.afterResponseBytes(bytes);
          default -> fault.insteadOfTheAnswer();
        };
    List<Effect> effects =
        timed.moment() == Fault.Moment.RESPONSE_BODY
            ? List.of(Effect.CUT, Effect.RESET)
            : List.of(Effect.CUT, Effect.RESET, Effect.answer(503), Effect.answer(429));
    return timed.then(anyOf(effects));
  }

  private <T> T anyOf(List<T> all) {
    return all.get(seed.random().nextInt(all.size()));
  }

  /** What lay between event loop and reader is lost with its connection. */
  @Test
  void tenCutsOfTheSource_costAWindowEach() throws Exception {
    assertThat(sentWith(false)).as("bytes sent").isLessThan(LARGE + CUTS * WINDOW);
  }

  /** What was in the buffers of a connection that is reset is lost, and read again. */
  @Test
  void tenCutsOfEachLeg_costTheBytesInFlight() throws Exception {
    assertThat(sentWith(true)).as("bytes sent").isLessThan(LARGE + CUTS * IN_FLIGHT);
  }

  /** Imports through cuts. Returns the bytes that the source sent. */
  private long sentWith(boolean targetCuts) throws Exception {
    byte[] image = TestImages.dense(seed, LARGE);
    try (ImportBench bench = new ImportBench();
        MemoryRegistry registry = MemoryRegistry.start()) {
      Target target = new Target.Memory(registry);
      bench.serve("/disk", image);
      for (int i = 1; i <= CUTS; i++) {
        long bytes = seed.random().nextInt(LARGE / CUTS);
        Fault get = Fault.on("GET", "").nth(i).afterResponseBytes(bytes);
        Fault patch = Fault.on("PATCH", "").nth(2 * i).afterRequestBytes(bytes);
        bench.files().faults().add(get.then(Effect.CUT));
        if (targetCuts) {
          registry.faults().add(patch.then(Effect.RESET));
        }
      }

      bench.run(
          bench.http("/disk"),
          target,
          ImportBench.request(StoredForm.UNPACKED, LayerCompression.NONE));

      int happened = bench.files().faults().happened() + registry.faults().happened();
      assertThat(happened).isGreaterThanOrEqualTo(CUTS);
      assertThat(bench.export(target)).isEqualTo(image);
      return bench.files().requests().stream().mapToLong(Request::answeredBytes).sum();
    }
  }
}
