package io.dvcr.formats;

/** Keeps the last bytes of a stream and counts all of them. */
final class TailRing {
  private final byte[] ring = new byte[Tail.LENGTH];
  private long length;

  /** Bytes observed so far. */
  long length() {
    return length;
  }

  void observe(byte[] bytes, int offset, int count) {
    int kept = Math.min(count, ring.length);
    length += count;
    int end = (int) (length % ring.length);
    int second = Math.min(kept, end); // what comes after the ring's seam
    int first = kept - second;
    System.arraycopy(bytes, offset + count - second, ring, end - second, second);
    System.arraycopy(bytes, offset + count - kept, ring, ring.length - first, first);
  }

  /** Counts bytes that are not seen; at least {@link Tail#LENGTH} are to be observed after them. */
  void skip(long count) {
    length += count;
  }

  /** The bytes in order. */
  Tail tail() {
    int kept = (int) Math.min(length, ring.length);
    byte[] bytes = new byte[kept];
    int end = (int) (length % ring.length);
    int second = Math.min(kept, end);
    System.arraycopy(ring, end - second, bytes, kept - second, second);
    int first = kept - second;
    System.arraycopy(ring, ring.length - first, bytes, 0, first);
    return new Tail(length, bytes);
  }
}
