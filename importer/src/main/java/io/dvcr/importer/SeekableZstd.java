package io.dvcr.importer;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.dvcr.registry.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Compresses with zstd in frames that can be read alone, with a table of them at the end (zstd
 * seekable format 0.1.0, contrib/seekable_format): any decoder reads it, and who knows the table
 * can start at any frame. A frame is digested and compressed by a thread of its own while the
 * caller brings the next one. Keeps two frames, and 4 bytes of every frame's size: 1 MiB for 1 TiB.
 */
final class SeekableZstd implements Closeable {
  /** A read of one byte unpacks this much; larger frames hardly compress better. */
  static final int FRAME = 2 << 20;

  /** The fastest level that finds repetitions: disks are mostly zeros or packed already. */
  static final int LEVEL = 1;

  private static final int SKIPPABLE_MAGIC = 0x184D2A5E;
  private static final int SEEK_TABLE_MAGIC = 0x8F92EAB1;
  private static final int SKIPPABLE_HEADER = 8;
  private static final int ENTRY = 8;
  private static final int FOOTER = 9;

  /** Bytes on their way through the compressor; used again and again. */
  private static final class Frame {
    final byte[] content = new byte[FRAME];
    final byte[] packed = new byte[(int) Zstd.compressBound(FRAME)];
    int length;
    int packedLength;
  }

  private final ByteSink sink;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final MessageDigest digest = Digest.newSha256();
  private final ExecutorService compressor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("layer-compressor").factory());

  private Frame filling = new Frame();
  private @Nullable Future<Frame> compressing;
  private int[] packedSizes = new int[64];
  private int frames;
  private int lastFrame;

  /**
   * @param sink takes the compressed bytes, on the thread that writes
   */
  SeekableZstd(ByteSink sink) {
    this.sink = sink;
    context.setLevel(LEVEL);
  }

  /** Compresses bytes; they come out two frames later. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, FRAME - filling.length);
      System.arraycopy(bytes, offset + done, filling.content, filling.length, part);
      filling.length += part;
      done += part;
      if (filling.length == FRAME) {
        endFrame();
      }
    }
  }

  /** Writes what is left and the table. */
  void finish() throws IOException {
    if (filling.length > 0) {
      endFrame();
    }
    Frame last = compressed();
    if (last != null) {
      put(last);
    }
    byte[] table = seekTable();
    sink.write(table, 0, table.length);
  }

  /** Of all bytes that were written; once, after {@link #finish}. */
  Digest contentDigest() {
    return Digest.ofSha256(digest.digest());
  }

  /** Hands the frame over, and puts the one before it while it is being compressed. */
  private void endFrame() throws IOException {
    Frame before = compressed();
    Frame full = filling;
    compressing = compressor.submit(() -> compress(full));
    if (before == null) {
      filling = new Frame();
    } else {
      put(before);
      before.length = 0;
      filling = before;
    }
  }

  private Frame compress(Frame full) {
    digest.update(full.content, 0, full.length);
    full.packedLength =
        context.compressByteArray(full.packed, 0, full.packed.length, full.content, 0, full.length);
    return full;
  }

  /** The frame that the compressor has, when it is done; null if it has none. */
  private @Nullable Frame compressed() throws IOException {
    Future<Frame> work = compressing;
    if (work == null) {
      return null;
    }
    try {
      Frame frame = work.get();
      compressing = null;
      return frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw new IOException("a layer can't be compressed", e.getCause());
    }
  }

  private void put(Frame frame) throws IOException {
    if (frames == packedSizes.length) {
      packedSizes = Arrays.copyOf(packedSizes, 2 * frames);
    }
    packedSizes[frames++] = frame.packedLength;
    lastFrame = frame.length;
    sink.write(frame.packed, 0, frame.packedLength);
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

  /** The compressor ends with its frame, in a few milliseconds; its memory must outlive it. */
  @Override
  public void close() {
    compressor.close();
    context.close();
  }
}
