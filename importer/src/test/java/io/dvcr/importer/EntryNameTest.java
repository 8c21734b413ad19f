package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryNameTest {
  @ParameterizedTest
  @CsvSource({
    "debian.qcow2, '', debian.qcow2",
    "debian.qcow2.xz, .xz, debian.qcow2",
    "DEBIAN.RAW.GZ, .gz, DEBIAN.RAW",
    "noname, .gz, noname",
    "'', '', disk.img",
    ".xz, .xz, disk.img",
    ".hidden, '', disk.img",
    ".., '', disk.img",
    "a/b, '', a_b",
  })
  void name_isTheSourcesWithoutItsCompression(String fileName, String suffix, String expected) {
    assertThat(EntryName.of(fileName, suffix)).isEqualTo(expected);
  }

  @Test
  void longName_isCutToBytes_andBetweenCharacters() {
    String name = EntryName.of("\uD83D\uDE00".repeat(100) + ".img", "");

    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(190, 200);
    assertThat(name).startsWith("\uD83D\uDE00").endsWith(".img");
  }
}
