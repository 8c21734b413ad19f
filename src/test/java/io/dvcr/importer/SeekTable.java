package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/**
 * The table at the end of a compressed layer, read as its format says (zstd seekable format 0.1.0)
 * and not by the code under test.
 */
@NullMarked
record SeekTable(ByteBuffer entries, int frames) {
  private static final int SKIPPABLE = 0x184D2A5E;
  private static final int MAGIC = 0x8F92EAB1;

  static SeekTable of(byte[] layer) {
    ByteBuffer bytes = ByteBuffer.wrap(layer).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.getInt(layer.length - 4)).as("magic of the table").isEqualTo(MAGIC);
    assertThat(bytes.get(layer.length - 5)).as("no checksums, reserved bits zero").isZero();
    int frames = bytes.getInt(layer.length - 9);
    int start = layer.length - 9 - 8 * frames - 8;
    assertThat(bytes.getInt(start)).as("a skippable frame").isEqualTo(SKIPPABLE);
    assertThat(bytes.getInt(start + 4)).as("its length").isEqualTo(8 * frames + 9);
    return new SeekTable(bytes.slice(start + 8, 8 * frames).order(ByteOrder.LITTLE_ENDIAN), frames);
  }

  /** Every frame, unpacked alone, is its part of the whole. */
  void assertDescribes(byte[] layer, byte[] whole) {
    int from = 0;
    int at = 0;
    for (int i = 0; i < frames; i++) {
      int packed = entries.getInt(8 * i);
      int unpacked = entries.getInt(8 * i + 4);
      assertThat(unpacked).as("a frame is 4 MiB at most").isBetween(1, 4 << 20);
      byte[] frame = Zstd.decompress(Arrays.copyOfRange(layer, from, from + packed), unpacked);
      assertThat(frame).isEqualTo(Arrays.copyOfRange(whole, at, at + unpacked));
      from += packed;
      at += unpacked;
    }
    assertThat(at).as("bytes of all frames").isEqualTo(whole.length);
    assertThat(from).as("the table follows the frames").isEqualTo(layer.length - 8 * frames - 17);
  }
}
