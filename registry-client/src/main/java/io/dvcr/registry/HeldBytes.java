package io.dvcr.registry;

import java.io.IOException;
import java.util.Arrays;

/**
 * Holds bytes in memory until the registry has acknowledged them. One half of it is a chunk; the
 * other takes bytes while the answer to that is on its way.
 */
final class HeldBytes implements Unacknowledged {
  private static final int FIRST_SIZE = 64 << 10;

  private final int capacity;
  private byte[] bytes = new byte[0];

  /** Offset in the blob of the first byte that is held. */
  private long start;

  private int length;

  HeldBytes(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public long capacity() {
    return capacity;
  }

  @Override
  public long chunkLength() {
    return Math.max(1, capacity / 2);
  }

  @Override
  public long end() {
    return start + length;
  }

  @Override
  public boolean reachesBackTo(long offset) {
    return offset >= start;
  }

  @Override
  public int take(byte[] more, int offset, int count) {
    int taken = Math.min(count, room());
    if (length + taken > bytes.length) {
      int doubled = Math.max(FIRST_SIZE, Math.max(length + taken, 2 * bytes.length));
      bytes = Arrays.copyOf(bytes, Math.min(capacity, doubled));
    }
    System.arraycopy(more, offset, bytes, length, taken);
    length += taken;
    return taken;
  }

  @Override
  public void send(ChunkWriter chunks) throws IOException {
    send(chunks, false);
  }

  @Override
  public void flush(ChunkWriter chunks) throws IOException {
    send(chunks, true);
  }

  /**
   * @param all whether to wait for answers even if there is room for more bytes
   */
  private void send(ChunkWriter chunks, boolean all) throws IOException {
    while (chunks.position() < end()) {
      if (chunks.isFull()) {
        if (!all && room() > 0 && !chunks.isAnswered()) {
          return;
        }
        endChunk(chunks);
      }
      int from = Math.toIntExact(chunks.position() - start);
      chunks.fill(bytes, from, length - from);
    }
    if (all || room() == 0) {
      endChunk(chunks);
    }
  }

  private void endChunk(ChunkWriter chunks) throws IOException {
    chunks.end();
    int gone = Math.toIntExact(chunks.position() - start);
    System.arraycopy(bytes, gone, bytes, 0, length - gone);
    start += gone;
    length -= gone;
  }

  private int room() {
    return capacity - length;
  }
}
