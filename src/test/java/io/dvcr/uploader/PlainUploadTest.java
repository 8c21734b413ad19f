package io.dvcr.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code curl -T} into distribution 3.1.1. */
@NullMarked
@SuppressWarnings("NullAway.Init") // made before each test
class PlainUploadTest {
  private final Seed seed = new Seed();
  @TempDir Path folder;
  private RealRegistry registry;
  private UploadBench bench;
  private byte[] disk;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    registry = RealRegistry.start(RealRegistry.Version.V3, folder.resolve("registry"));
    bench = new UploadBench(registry.authority());
    disk = seed.bytes(5_000_000);
    disk[0] = 0;
    file = Files.write(folder.resolve("disk.raw"), disk);
  }

  @AfterEach
  void stop() {
    bench.close();
    registry.close();
  }

  private Tools.Result curl(Object... arguments) {
    Object[] all = new Object[arguments.length + 4];
    all[0] = "-sS";
    all[1] = "-w";
    all[2] = "%{http_code}";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    all[all.length - 1] = bench.uri();
    return Tools.run("curl", all);
  }

  @Test
  void file_isStoredAndTold() throws Exception {
    Tools.Result result = curl("-T", file);

    assertThat(result.out()).endsWith("200").contains("raw, virtual size 5000000 bytes");
    assertThat(bench.stored()).isEqualTo(disk);
  }

  @Test
  void webPage_isRefusedWithItsRule() throws Exception {
    Path page =
        Files.writeString(folder.resolve("page"), "<!doctype html>" + " ".repeat(3_000_000));

    Tools.Result result = curl("-T", page);

    assertThat(result.out()).endsWith("415").contains("O6");
  }

  @Test
  void get_isAnswered() {
    assertThat(curl().out()).isEqualTo("200");
  }
}
