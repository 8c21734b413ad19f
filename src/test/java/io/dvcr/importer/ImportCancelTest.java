package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dvcr.contract.Reason;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.Seed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An import whose thread is interrupted leaves nothing. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // JUnit sets the folder
class ImportCancelTest {
  private static final int TIMES = 30;
  private static final int LENGTH = 600_000;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Target.Kind.class,
      names = {"MEMORY", "DISTRIBUTION_3", "LAYOUT"})
  void interruptedAtAnyByte_leavesNothing(Target.Kind kind) throws Exception {
    byte[] image = TestImages.dense(seed, LENGTH);
    byte[] packed = new TestImages(folder, seed).packed(image, "gzip");
    Path target = Files.createDirectory(folder.resolve("target"));
    try (ImportBench bench = new ImportBench();
        Target to = kind.start(target)) {
      for (int i = 0; i < TIMES; i++) {
        // Of the packed one the received bytes become a scratch blob first.
        byte[] content = i % 2 == 0 ? image : packed;
        int moment = seed.random().nextInt(content.length);

        ImportException failure =
            failInterrupted(bench, new InterruptingStream(content, moment), to);

        assertThat(failure.reason())
            .as("interrupted at byte %d: %s", moment, failure.getCause())
            .isEqualTo(Reason.INTERRUPTED);
      }
    }
  }

  /** The registry may have it, and nobody can tell: that is what is said. */
  @Test
  void interruptedWhileTheManifestIsPut_doesNotSayThatNothingWasPublished() throws Exception {
    Thread importing = Thread.currentThread();
    try (ImportBench bench = new ImportBench();
        MemoryRegistry registry = MemoryRegistry.start()) {
      registry
          .server()
          .faults()
          .add(
              Fault.on("PUT", "/manifests/")
                  .insteadOfTheAnswer()
                  .then(exchange -> {
                    importing.interrupt();
                    Effect.STALL.happen(exchange);
                  }));
      bench.serve("/disk", TestImages.dense(seed, LENGTH));

      ImportException failure =
          catchThrowableOfType(
              ImportException.class,
              () -> bench.run(bench.http("/disk"), new Target.Memory(registry)));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure.reason()).isEqualTo(Reason.INTERRUPTED);
      assertThat(failure)
          .hasMessageContaining("while its manifest was being put")
          .hasMessageNotContaining("nothing was published");
    }
  }

  private static ImportException failInterrupted(ImportBench bench, InputStream in, Target to)
      throws IOException {
    try {
      bench.run(new StandardInputSource(in), to, ImportBench.holding(10_000));
      throw new AssertionError("the import was not stopped");
    } catch (ImportException e) {
      assertThat(Thread.interrupted()).as("the thread is still told").isTrue();
      ImportBench.assertNothingLeft(to);
      assertThat(bench.tags(to)).isEmpty();
      return e;
    }
  }

  /** Interrupts who reads it, once. */
  private static final class InterruptingStream extends ByteArrayInputStream {
    private final int moment;

    InterruptingStream(byte[] content, int moment) {
      super(content);
      this.moment = moment;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      // Small pieces: every moment of an import has some.
      int read = super.read(bytes, offset, Math.min(length, 10_000));
      if (pos > moment && pos - read <= moment) {
        Thread.currentThread().interrupt();
      }
      return read;
    }
  }
}
