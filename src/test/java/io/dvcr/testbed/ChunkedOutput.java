package io.dvcr.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A body in chunks, each write one chunk (RFC 9112, section 7.1). Leaves the connection open. */
final class ChunkedOutput extends OutputStream {
  private final OutputStream connection;
  private boolean ended;

  ChunkedOutput(OutputStream connection) {
    this.connection = connection;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      ascii(Integer.toHexString(length) + "\r\n");
      connection.write(bytes, offset, length);
      ascii("\r\n");
    }
  }

  @Override
  public void flush() throws IOException {
    connection.flush();
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      ascii("0\r\n\r\n");
      connection.flush();
    }
  }

  private void ascii(String text) throws IOException {
    connection.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
