package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
  @Test
  void checkInput_givesTheCatalogueValue() {
    Crc64 crc = new Crc64();
    crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
    // CRC-64/XZ in the catalogue of parametrised CRC algorithms
    assertThat(crc.getValue()).isEqualTo(0x995D_C9BB_DF19_39FAL);
  }

  @Test
  void anyPieces_giveTheSameAsByteByByte() {
    byte[] bytes = Streams.content(10_000, 7);
    Crc64 single = new Crc64();
    for (byte b : bytes) {
      single.update(b);
    }
    Random random = new Random(8);
    Crc64 pieces = new Crc64();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, random.nextInt(40));
      pieces.update(bytes, at, length);
      at += length;
    }
    assertThat(pieces.getValue()).isEqualTo(single.getValue());
  }
}
