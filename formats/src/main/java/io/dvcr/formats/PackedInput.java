package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;

/**
 * The packed bytes of one stream, buffered, with their position. An end where the format needs more
 * is a refusal; a failure of the source passes through as it is. Owns and closes the source.
 *
 * <p>Decoders work on {@link #buffer} in place: the bytes from {@link #start} on, {@link #buffered}
 * of them, are the next ones, until the next call that may {@link #fill}.
 */
final class PackedInput implements AutoCloseable {
  /** As much as a read from a socket or a file gives at a time; a larger one gains nothing. */
  private static final int BUFFER_LENGTH = 64 << 10;

  private final InputStream source;
  private final Rule truncation;
  private final byte[] buffer = new byte[BUFFER_LENGTH];
  private int start;
  private int end;

  /** Position of the buffer's first byte in the packed bytes. */
  private long bufferPosition;

  private String section = "";

  /**
   * @param truncation the rule that refuses an end inside the stream
   */
  PackedInput(InputStream source, Rule truncation) {
    this.source = source;
    this.truncation = truncation;
  }

  /** Bytes of the packed stream before the next one. */
  long position() {
    return bufferPosition + start;
  }

  /** Names what is read next, for the refusal of an end inside it. */
  void enter(String section) {
    this.section = section;
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int buffered() {
    return end - start;
  }

  /** Takes the next {@code count} bytes, which are buffered. */
  void consume(int count) {
    start += count;
  }

  /** Whether there is another byte, which is buffered then. Waits for the source. */
  boolean fill() throws IOException {
    if (start < end) {
      return true;
    }
    int count = source.read(buffer, 0, buffer.length);
    if (count == 0) { // against InputStream's contract; its read() can't avoid an answer
      int next = source.read();
      buffer[0] = (byte) next;
      count = next < 0 ? -1 : 1;
    }
    bufferPosition += end;
    start = 0;
    end = Math.max(count, 0);
    return count > 0;
  }

  /** As {@link #fill}, where the format needs another byte. */
  void demand() throws IOException {
    if (!fill()) {
      throw new ImageRefusedException(
          truncation,
          section,
          position(),
          "the file ends inside the " + section + ", after " + position() + " bytes");
    }
  }

  /** The next byte without taking it. */
  int peekByte() throws IOException {
    demand();
    return Byte.toUnsignedInt(buffer[start]);
  }

  int readByte() throws IOException {
    int value = peekByte();
    start++;
    return value;
  }

  void readFully(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      demand();
      int count = Math.min(length - done, buffered());
      System.arraycopy(buffer, start, bytes, offset + done, count);
      start += count;
      done += count;
    }
  }

  /** The next {@code length} bytes, at most 8, as a little-endian number. */
  long readLittleEndian(int length) throws IOException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) readByte() << (8 * i);
    }
    return value;
  }

  void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      demand();
      int step = (int) Math.min(left, buffered());
      start += step;
      left -= step;
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
