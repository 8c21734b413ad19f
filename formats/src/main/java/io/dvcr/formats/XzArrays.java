package io.dvcr.formats;

import org.jspecify.annotations.Nullable;
import org.tukaani.xz.ArrayCache;

/**
 * Hands the arrays of one block's decoder to the next one: the dictionary, and the buffer of a
 * chunk. Without it, a small file of small blocks with large dictionaries, whose arrays are
 * allocated and cleared for each of them, costs more than a hundred times the time it should. Holds
 * one array of each kind at most, so that the memory limit of one block is that of all.
 */
final class XzArrays extends ArrayCache {
  /** XZ for Java takes a little less for the packed bytes of a chunk of LZMA2. */
  private static final int CHUNK_MAX = 64 << 10;

  private byte @Nullable [] chunk;
  private byte @Nullable [] dictionary;

  @Override
  public synchronized byte[] getByteArray(int size, boolean fillWithZeros) {
    byte @Nullable [] kept = take(size);
    if (kept != null && kept.length >= size && !fillWithZeros) {
      return kept;
    }
    return new byte[size];
  }

  /** What is kept for that size. It is kept no longer: it is in use, or makes room. */
  private byte @Nullable [] take(int size) {
    byte @Nullable [] kept;
    if (size > CHUNK_MAX) {
      kept = dictionary;
      dictionary = null;
    } else {
      kept = chunk;
      chunk = null;
    }
    return kept;
  }

  @Override
  public synchronized void putArray(byte[] array) {
    if (array.length > CHUNK_MAX) {
      dictionary = array;
    } else {
      chunk = array;
    }
  }
}
