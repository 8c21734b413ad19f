package io.dvcr.importer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses with zstd in frames that can be read alone, with a table of them at the end (zstd
 * seekable format 0.1.0, contrib/seekable_format): any decoder reads it, and who knows the table
 * can start at any frame. Keeps one frame, and 4 bytes of every frame's size: 1 MiB for 1 TiB.
 */
final class SeekableZstd implements Closeable {
  /** A read of one byte unpacks this much; larger frames hardly compress better. */
  static final int FRAME = 4 << 20;

  /** The fastest level that finds repetitions: disks are mostly zeros or packed already. */
  static final int LEVEL = 1;

  private static final int SKIPPABLE_MAGIC = 0x184D2A5E;
  private static final int SEEK_TABLE_MAGIC = 0x8F92EAB1;
  private static final int SKIPPABLE_HEADER = 8;
  private static final int ENTRY = 8;
  private static final int FOOTER = 9;

  private final ByteSink sink;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final byte[] frame = new byte[FRAME];
  private final byte[] packed = new byte[(int) Zstd.compressBound(FRAME)];
  private int filled;
  private int[] packedSizes = new int[64];
  private int frames;
  private int lastFrame;

  /**
   * @param sink takes the compressed bytes
   */
  SeekableZstd(ByteSink sink) {
    this.sink = sink;
    context.setLevel(LEVEL);
  }

  /** Compresses bytes; they come out when a frame is full. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, FRAME - filled);
      System.arraycopy(bytes, offset + done, frame, filled, part);
      filled += part;
      done += part;
      if (filled == FRAME) {
        endFrame();
      }
    }
  }

  /** Writes what is left and the table. */
  void finish() throws IOException {
    if (filled > 0) {
      endFrame();
    }
    byte[] table = seekTable();
    sink.write(table, 0, table.length);
  }

  private void endFrame() throws IOException {
    int size = context.compressByteArray(packed, 0, packed.length, frame, 0, filled);
    if (frames == packedSizes.length) {
      packedSizes = Arrays.copyOf(packedSizes, 2 * frames);
    }
    packedSizes[frames++] = size;
    lastFrame = filled;
    filled = 0;
    sink.write(packed, 0, size);
  }

  private byte[] seekTable() {
    int length = frames * ENTRY + FOOTER;
    ByteBuffer table =
        ByteBuffer.allocate(SKIPPABLE_HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(SKIPPABLE_MAGIC).putInt(length);
    for (int i = 0; i < frames; i++) {
      table.putInt(packedSizes[i]).putInt(i == frames - 1 ? lastFrame : FRAME);
    }
    // No checksums of frames (bit 7 of the descriptor): the layer has a digest.
    table.putInt(frames).put((byte) 0).putInt(SEEK_TABLE_MAGIC);
    return table.array();
  }

  /** Compressed sizes of the frames so far, all but the last of {@link #FRAME} bytes. */
  int[] packedSizes() {
    return Arrays.copyOf(packedSizes, frames);
  }

  @Override
  public void close() {
    context.close();
  }
}
