package io.dvcr.testbed;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request: with a length or in chunks (RFC 9112, sections 6 and 7.1). */
final class RequestBody extends InputStream {
  private final InputStream connection;
  private final boolean chunked;

  /** Bytes left of the body, or of the current chunk. */
  private long left;

  private boolean ended;
  private boolean firstChunk = true;

  private RequestBody(InputStream connection, boolean chunked, long length) {
    this.connection = connection;
    this.chunked = chunked;
    this.left = length;
    this.ended = !chunked && length == 0;
  }

  static RequestBody of(Request request, InputStream connection) {
    boolean chunked =
        request.header("Transfer-Encoding").filter(c -> c.equalsIgnoreCase("chunked")).isPresent();
    long length = request.header("Content-Length").map(Long::parseLong).orElse(0L);
    return new RequestBody(connection, chunked, chunked ? 0 : length);
  }

  /** Whether all of it was read. */
  boolean ended() {
    return ended;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (chunked && !ended && left == 0) {
      startChunk();
    }
    if (ended) {
      return -1;
    }
    int n = connection.read(bytes, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw new EOFException("the client went away in the middle of its request");
    }
    left -= n;
    ended = !chunked && left == 0;
    return n;
  }

  private void startChunk() throws IOException {
    if (!firstChunk) {
      HeadReader.line(connection);
    }
    firstChunk = false;
    String size = HeadReader.line(connection).split(";", 2)[0].strip();
    left = Long.parseLong(size, 16);
    if (left == 0) {
      ended = true;
      while (!HeadReader.line(connection).isEmpty()) {
        // a trailer field, of which none means anything here
      }
    }
  }
}
