package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultTagTest {
  @ParameterizedTest
  @CsvSource({
    "Debian 12.qcow2.xz, debian-12",
    "disk.raw.gz, disk",
    "disk.img.zst, disk",
    "disk.iso, disk",
    "disk.vmdk, disk",
    "disk.vdi, disk",
    "disk.vhd, disk",
    "disk.vhdx, disk",
    "disk.gz.gz, disk.gz",
    "disk.raw.img, disk.raw",
    "a+b~c.img, a-b-c",
    ".hidden.img, hidden",
    "-x.img, x",
    "_x.img, _x",
    ".qcow2, image",
    "'', image",
    "ÄÖ, image",
    "DISK.QCOW2, disk",
  })
  void fileName_becomesTag(String fileName, String tag) {
    assertThat(DefaultTag.of(fileName)).isEqualTo(tag);
  }

  @Test
  void longName_isCutToWhatATagMayHave() {
    assertThat(DefaultTag.of("a".repeat(300) + ".img")).isEqualTo("a".repeat(128));
  }
}
