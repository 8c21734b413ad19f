package io.dvcr.registry;

import io.dvcr.registry.http.HttpExchange;
import io.dvcr.registry.http.HttpResponse;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** One {@code PATCH} whose body is being written: the blob's bytes from one offset to another. */
final class OpenPatch implements Closeable {
  private final HttpExchange exchange;
  private final long start;
  private final long end;
  private long position;

  /**
   * @param start offset in the blob of the body's first byte
   * @param end offset behind the last one that it takes
   */
  OpenPatch(HttpExchange exchange, long start, long end) {
    this.exchange = exchange;
    this.start = start;
    this.end = end;
    this.position = start;
  }

  /**
   * Writes as much as it takes.
   *
   * @return how much that was
   */
  int write(byte[] bytes, int offset, int length) throws IOException {
    int count = (int) Math.min(length, end - position);
    exchange.write(bytes, offset, count);
    position += count;
    if (isFull()) {
      exchange.end();
    }
    return count;
  }

  boolean isFull() {
    return position == end;
  }

  /** Whether {@link #finish} would not wait. */
  boolean answered() {
    return exchange.answered();
  }

  /** Ends the body and waits for the answer, which the caller closes. */
  HttpResponse finish() throws IOException {
    return exchange.finish(position - start);
  }

  /** The same, waiting no longer than {@code limit}. */
  HttpResponse finish(Duration limit) throws IOException {
    return exchange.finish(limit);
  }

  /** Cuts it if it was not finished. */
  @Override
  public void close() {
    exchange.close();
  }
}
