package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

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
}
