package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.registry.CredentialStore;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.Faults;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chance decides what goes wrong, where and when, in many imports, each by a seed of its own:
 * {@code -Ddvcr.faults=1000} makes them a thousand, {@code -Ddvcr.fault.seed=<seed>} repeats one.
 */
@NullMarked
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class PodFaultTest {
  private static final int DEFAULT_TIMES = 60;
  private static final int LENGTH = 900_001;

  /** A pod that stays unlucky is not restarted more often here; the registry works by then. */
  private static final int MOST_CONTAINERS = 3;

  private static final Duration IDLE_LIMIT = Duration.ofSeconds(1);

  @TempDir Path folder;
  private FileServer files;
  private byte[] raw;
  private byte[] qcow2;

  @BeforeEach
  void start() throws IOException {
    files = FileServer.start();
    raw = new byte[LENGTH];
    new Random(1).nextBytes(raw);
    raw[0] = 0; // no magic by chance
    Path disk = Files.write(folder.resolve("disk.raw"), raw);
    Path converted = folder.resolve("disk.qcow2");
    Tools.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", disk, converted).expectSuccess();
    qcow2 = Files.readAllBytes(converted);
    for (Path image : List.of(disk, converted)) {
      Tools.run("gzip", "-k", image).expectSuccess();
      Tools.run("xz", "-k", "-1", image).expectSuccess();
      Tools.run("zstd", "-q", "-k", image).expectSuccess();
      for (String suffix : List.of("", ".gz", ".xz", ".zst")) {
        String name = image.getFileName() + suffix;
        files.put("/" + name, Files.readAllBytes(folder.resolve(name)));
      }
    }
  }

  @AfterEach
  void stop() {
    files.close();
  }

  /** What went wrong with one of them. */
  private enum Trouble {
    CUT,
    RESET,
    UNAVAILABLE,
    TOO_MANY,
    STALL,
    KILL,
    TERMINATE
  }

  @Test
  void oneFaultAnywhere_givesTheArtifactAndNothingElse() throws Exception {
    Long only = Long.getLong("dvcr.fault.seed");
    int times = only == null ? Integer.getInteger("dvcr.faults", DEFAULT_TIMES) : 1;
    long first = only == null ? System.nanoTime() : only;
    int happened = 0;
    for (int i = 0; i < times; i++) {
      long seed = first + i;
      Path place = Files.createDirectory(folder.resolve("run" + i));
      try {
        happened += new OneImport(new Random(seed), place).run();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("repeat it with -Ddvcr.fault.seed=" + seed, e);
      }
    }
    System.out.println(times + " imports, faults that happened: " + happened);
    assertThat(happened).as("a fault that does not happen proves nothing").isGreaterThan(times / 3);
  }

  private final class OneImport {
    private final Random random;
    private final Path place;
    private final AtomicReference<@Nullable PodProcess> running = new AtomicReference<>();

    OneImport(Random random, Path place) {
      this.random = random;
      this.place = place;
    }

    private <T> T anyOf(List<T> all) {
      return all.get(random.nextInt(all.size()));
    }

    /** Returns how many faults happened. */
    int run() throws Exception {
      MemoryRegistryOptions options = MemoryRegistryOptions.plain();
      if (random.nextBoolean()) {
        options = options.losingCutSessions();
      }
      files.faults().clear();
      try (MemoryRegistry registry = MemoryRegistry.start(options, RegistryAuth.none())) {
        String name = anyOf(List.of("disk.raw", "disk.qcow2"));
        String packed = name + anyOf(List.of("", "", ".gz", ".xz", ".zst"));
        boolean unpacked = random.nextBoolean();
        Trouble trouble = anyOf(List.of(Trouble.values()));
        boolean source = random.nextBoolean();
        Fault fault = fault(trouble, source);
        Faults faults = source ? files.faults() : registry.faults();
        faults.add(fault);
        int before = faults.happened();
        String what = "%s, unpacked %s, %s of %s".formatted(packed, unpacked, trouble, fault);

        PodRun pod = pod(registry, packed, unpacked);
        untilItEnds(pod, trouble, what);

        byte[] expected = unpacked ? (name.endsWith("raw") ? raw : qcow2) : file(packed);
        assertThat(PodRun.published(registry.authority(), CredentialStore.NONE))
            .as(what)
            .isEqualTo(expected);
        assertThat(pod.message().has("source-image-size")).as(what).isTrue();
        assertThat(registry.openUploadSessions())
            .as("open sessions after %s", what)
            .isLessThanOrEqualTo(sessionNobodyKnows(fault) ? 1 : 0);
        return faults.happened() - before;
      }
    }

    private byte[] file(String name) throws IOException {
      return Files.readAllBytes(folder.resolve(name));
    }

    private PodRun pod(MemoryRegistry registry, String name, boolean unpacked) throws IOException {
      PodRun pod = new PodRun(place, registry.authority()).http(files.uri("/" + name));
      pod.withIdleLimit(IDLE_LIMIT);
      if (unpacked) {
        pod.with("IMPORTER_STORE", "unpacked");
        pod.with("IMPORTER_LAYER_COMPRESSION", anyOf(List.of("auto", "none", "zstd")));
      }
      return pod;
    }

    /** Container after container, as a node restarts them. */
    private void untilItEnds(PodRun pod, Trouble trouble, String what) throws Exception {
      int exitCode = -1;
      StringBuilder log = new StringBuilder();
      for (int i = 0; i < MOST_CONTAINERS && exitCode != 0; i++) {
        boolean process = i == 0 && (trouble == Trouble.KILL || trouble == Trouble.TERMINATE);
        exitCode = process ? inProcess(pod, log) : pod.run();
      }
      assertThat(exitCode).as("%s%n%s%n%s", what, log, pod.log()).isZero();
    }

    private int inProcess(PodRun pod, StringBuilder log) throws Exception {
      try (PodProcess process = PodProcess.start(pod)) {
        running.set(process);
        int exitCode = process.exitCode();
        log.append(process.log());
        assertThat(exitCode).as(process.log()).isIn(0, 75, 137, 143);
        return exitCode;
      }
    }

    private Fault fault(Trouble trouble, boolean source) {
      String method = source ? "GET" : anyOf(List.of("POST", "PATCH", "PATCH", "PUT", "HEAD"));
      Fault fault = Fault.on(method, "").nth(random.nextInt(4) == 0 ? 2 : 1);
      long bytes = random.nextInt(LENGTH);
      Fault timed =
          switch (random.nextInt(4)) {
            case 0 -> fault;
            case 1 -> source ? fault.afterResponseBytes(bytes) : fault.afterRequestBytes(bytes);
            case 2 -> fault.insteadOfTheAnswer();
            default ->
                source || !method.equals("PATCH")
                    ? fault
                    : fault.afterRequestBytes(random.nextInt(5000));
          };
      return timed.then(effect(trouble, timed.moment()));
    }

    private Effect effect(Trouble trouble, Fault.Moment moment) {
      boolean answerBegan = moment == Fault.Moment.RESPONSE_BODY;
      return switch (trouble) {
        case CUT -> Effect.CUT;
        case RESET -> Effect.RESET;
        case UNAVAILABLE -> answerBegan ? Effect.CUT : Effect.answer(503);
        case TOO_MANY -> answerBegan ? Effect.RESET : Effect.answer(429, "Retry-After", "7");
        case STALL -> Effect.STALL;
        case KILL -> exchange -> ends(exchange, PodProcess::kill);
        case TERMINATE -> exchange -> ends(exchange, PodProcess::terminate);
      };
    }

    private void ends(Exchange exchange, Consumer<PodProcess> how) throws IOException {
      PodProcess process = running.get();
      if (process != null) {
        how.accept(process);
      }
      exchange.stall();
    }

    /** Of a session whose begin was never answered only the registry knows. */
    private static boolean sessionNobodyKnows(Fault fault) {
      return fault.method().equals("POST");
    }
  }
}
