package io.dvcr.registry;

import java.io.IOException;

/**
 * The bytes of an upload that its registry may yet ask for again: held in memory, or made again by
 * a {@link Replay}. For one thread at a time.
 */
sealed interface Unacknowledged permits HeldBytes, ReplayedBytes {
  /** How many of them there can be. */
  long capacity();

  /** Length of a chunk, unless the registry has other wishes. */
  long chunkLength();

  /** Offset in the blob behind the last byte that was taken. */
  long end();

  /** Whether the byte at {@code offset} and all behind it can be sent once more. */
  boolean reachesBackTo(long offset);

  /**
   * Takes bytes that lie behind those before.
   *
   * @return how many, at least one
   */
  int take(byte[] bytes, int offset, int length);

  /** Sends all that lie behind {@link ChunkWriter#position}, or has them wait for an answer. */
  void send(ChunkWriter chunks) throws IOException;

  /** The same after nothing but these bytes was taken and nothing failed since the last time. */
  default void send(byte[] bytes, int offset, int length, ChunkWriter chunks) throws IOException {
    send(chunks);
  }

  /** Sends what is waiting and returns when the registry has acknowledged all. */
  void flush(ChunkWriter chunks) throws IOException;
}
