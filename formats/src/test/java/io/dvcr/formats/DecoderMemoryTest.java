package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZ;

/** Bombs of both kinds, in a JVM that has little more memory than the usual 8 MiB window. */
class DecoderMemoryTest {
  private static final int BOMB_LENGTH = 64 << 20;

  @TempDir private Path folder = Path.of("");

  @Test
  void bombs_areUnpackedInConstantMemoryOrRefused() throws Exception {
    byte[] zeros = new byte[BOMB_LENGTH];
    XzFile small = XzFile.pack(new byte[100]);
    int dictionary = small.firstBlock() + 4;
    List<String> lines =
        unpackInChild(
            write("bomb.gz", RealTool.pipe(zeros, "gzip", "-1", "-c")),
            write("bomb.xz", RealTool.pipe(zeros, "xz", "-1", "-c")),
            write("bomb.zst", RealTool.pipe(zeros, "zstd", "-c", "-q")),
            // A dictionary of 1.5 GiB, and the largest.
            write("memory.xz", small.copy().set(dictionary, 37).fixBlockHeader().bytes),
            write("most.xz", small.copy().set(dictionary, 40).fixBlockHeader().bytes),
            // A window of 3.75 TiB, and a single segment of 2^64 - 1 bytes.
            write("window.zst", Streams.bytes(0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF, 1, 0, 0)),
            write(
                "segment.zst",
                Streams.bytes(0x28, 0xB5, 0x2F, 0xFD, 0xE0, -1, -1, -1, -1, -1, -1, -1, -1)));
    String length = Integer.toString(BOMB_LENGTH);
    assertThat(lines).containsExactly(length, length, length, "Z8", "Z8", "S4", "S4");
  }

  private String write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }

  private static List<String> unpackInChild(String... files) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx20m",
                "-XX:MaxDirectMemorySize=2m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(
                    File.pathSeparator,
                    "target/test-classes",
                    place(Compression.class),
                    place(XZ.class),
                    place(Zstd.class)),
                DecodeInLittleMemory.class.getName()));
    command.addAll(List.of(files));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      child.getOutputStream().close();
      return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } finally {
      child.destroyForcibly();
    }
  }

  private static String place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
