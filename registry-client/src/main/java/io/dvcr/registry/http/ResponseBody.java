package io.dvcr.registry.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, from the event loop to the thread that reads it. At most {@link #WINDOW}
 * buffers lie between them: a new one is asked for when one was taken.
 */
final class ResponseBody extends InputStream {
  /** Buffers of at most 64 KiB: 1 MiB keeps both sides busy. */
  private static final int WINDOW = 16;

  private sealed interface Event {}

  private record Bytes(ByteBuf buffer) implements Event {}

  private record End(@Nullable Throwable failure) implements Event {}

  private final HttpClientResponse response;
  private final HttpConnection connection;
  private final Duration idleLimit;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable ByteBuf current;
  private @Nullable End end;
  private final long length;
  private long given;
  private boolean closed;

  ResponseBody(HttpClientResponse response, Duration idleLimit) {
    this.response = response;
    this.connection = response.request().connection();
    this.idleLimit = idleLimit;
    this.length = length(response);
    response.pause();
    response.handler(this::received);
    response.endHandler(done -> events.add(new End(null)));
    response.exceptionHandler(failure -> events.add(new End(failure)));
    response.fetch(WINDOW);
  }

  /** As the response tells it; -1 if it does not. */
  private static long length(HttpClientResponse response) {
    try {
      String field = response.getHeader("Content-Length");
      return field == null ? -1 : Long.parseLong(field.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void received(Buffer buffer) {
    events.add(new Bytes(((BufferInternal) buffer).getByteBuf()));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (closed) {
      throw new IOException("the response is closed");
    }
    ByteBuf available = next();
    if (available == null) {
      return -1;
    }
    int count = Math.min(length, available.readableBytes());
    available.readBytes(bytes, offset, count);
    given += count;
    return count;
  }

  /** A buffer with bytes to read; null at the end. */
  private @Nullable ByteBuf next() throws IOException {
    while (current == null || !current.isReadable()) {
      if (end != null) {
        if (end.failure() != null) {
          throw Futures.failure(end.failure());
        }
        return null;
      }
      switch (take()) {
        case Bytes(ByteBuf buffer) -> {
          current = buffer;
          response.fetch(1);
        }
        case End last -> end = last;
      }
    }
    return current;
  }

  private Event take() throws IOException {
    try {
      Event event = events.poll(idleLimit.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new ConnectionCutException("no byte came within " + idleLimit.toSeconds() + " s");
      }
      return event;
    } catch (InterruptedException e) {
      throw Futures.interrupted();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean ended =
        end != null || given == length || events.stream().anyMatch(event -> event instanceof End);
    if (!ended) {
      // Awaited: the pool must not give a connection out again that is about to end.
      Futures.awaitEnd(connection.close(), HttpExchange.CLOSE_LIMIT);
    }
  }
}
