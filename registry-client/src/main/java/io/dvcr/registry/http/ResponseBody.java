package io.dvcr.registry.http;

import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;

/** The body of a response. At its end the connection can serve again. */
final class ResponseBody extends BlockInputStream {
  /** What is worth reading of a body that nobody wants, to use its connection again. */
  private static final int SHORT_REST = 64 << 10;

  /** The end follows the last byte at once, as a rule. */
  private static final Duration REST_LIMIT = Duration.ofMillis(200);

  private final Connection connection;
  private final BufferStream bytes;
  private boolean closed;

  ResponseBody(HttpClientResponse response, Connection connection, Duration idleLimit) {
    this.connection = connection;
    this.bytes = new BufferStream(response, connection::later, connection::giveBack, idleLimit);
  }

  @Override
  protected int readBlock(byte[] into, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("the response is closed");
    }
    return bytes.read(into, offset, length);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (!bytes.drain(SHORT_REST, REST_LIMIT)) {
        connection.close();
      }
    }
  }
}
