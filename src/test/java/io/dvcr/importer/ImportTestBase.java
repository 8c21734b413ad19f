package io.dvcr.importer;

import io.dvcr.testbed.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What every test of imports has: a folder, images made in it, and a bench. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // JUnit sets the folder, and the rest is made from it
abstract class ImportTestBase {
  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  TestImages images;
  ImportBench bench;

  @BeforeEach
  final void prepareBench() throws IOException {
    images = new TestImages(Files.createDirectory(folder.resolve("images")), seed);
    bench = new ImportBench();
  }

  @AfterEach
  final void closeBench() {
    bench.close();
  }
}
