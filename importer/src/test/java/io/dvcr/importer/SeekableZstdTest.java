package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeekableZstdTest {
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, SeekableZstd.FRAME, SeekableZstd.FRAME + 1, 3 * SeekableZstd.FRAME + 77})
  void anyDecoder_readsItWhole_andTheTableFindsEveryFrame(int length) throws IOException {
    byte[] content = new byte[length];
    new Random(7).nextBytes(content);
    Arrays.fill(content, length / 3, length / 2, (byte) 0);

    byte[] packed = packed(content);

    assertThat(new ZstdInputStream(new ByteArrayInputStream(packed)).readAllBytes())
        .isEqualTo(content);
    assertThat(unpackedByTable(packed)).isEqualTo(content);
  }

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SeekableZstd zstd = new SeekableZstd(out::write)) {
      for (int done = 0; done < content.length; done += 100_000) {
        zstd.write(content, done, Math.min(100_000, content.length - done));
      }
      zstd.finish();
    }
    return out.toByteArray();
  }

  /** Reads as the specification of the format says: from its last 9 bytes backwards. */
  private static byte[] unpackedByTable(byte[] packed) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    int end = packed.length;
    assertThat(file.getInt(end - 4)).isEqualTo(0x8F92EAB1);
    assertThat(file.get(end - 5)).isZero();
    int frames = file.getInt(end - 9);
    int table = end - 9 - 8 * frames;
    assertThat(file.getInt(table - 8)).isEqualTo(0x184D2A5E);
    assertThat(file.getInt(table - 4)).isEqualTo(8 * frames + 9);
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int start = 0;
    for (int i = 0; i < frames; i++) {
      int packedSize = file.getInt(table + 8 * i);
      int size = file.getInt(table + 8 * i + 4);
      byte[] frame = Arrays.copyOfRange(packed, start, start + packedSize);
      assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(size);
      content.write(Zstd.decompress(frame, size));
      start += packedSize;
    }
    assertThat(start).isEqualTo(table - 8);
    return content.toByteArray();
  }
}
