package io.dvcr.registry.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, from the event loop to the thread that reads it. At most {@link #WINDOW}
 * buffers lie between them. At its end the connection can serve again.
 */
final class ResponseBody extends BlockInputStream {
  /** Buffers of at most 256 KiB: 1 MiB keeps both sides busy. */
  private static final int WINDOW = 4;

  /** Buffers to take before more are asked for: each asking wakes the event loop. */
  private static final int BATCH = WINDOW / 2;

  /** What is worth reading of a body that nobody wants, to use its connection again. */
  private static final int SHORT_REST = 64 << 10;

  /** The end follows the last byte at once, as a rule. */
  private static final Duration REST_LIMIT = Duration.ofMillis(200);

  private sealed interface Event {}

  private record Bytes(ByteBuf buffer) implements Event {}

  private record End(@Nullable Throwable failure) implements Event {}

  private final HttpClientResponse response;
  private final Connection connection;
  private final Duration idleLimit;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable ByteBuf current;
  private @Nullable End end;
  private int taken;
  private boolean closed;

  ResponseBody(HttpClientResponse response, Connection connection, Duration idleLimit) {
    this.response = response;
    this.connection = connection;
    this.idleLimit = idleLimit;
    response.pause();
    response.handler(this::received);
    response.endHandler(done -> events.add(new End(null)));
    response.exceptionHandler(this::failed);
    response.fetch(WINDOW);
  }

  private void received(Buffer buffer) {
    events.add(new Bytes(((BufferInternal) buffer).getByteBuf()));
  }

  /** What arrived before the failure is given first: it need not be fetched again. */
  private void failed(Throwable failure) {
    response.fetch(Long.MAX_VALUE);
    connection.later(() -> events.add(new End(failure)));
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("the response is closed");
    }
    int done = 0;
    do {
      ByteBuf available = next(idleLimit);
      if (available == null) {
        return done == 0 ? -1 : done;
      }
      int count = Math.min(length - done, available.readableBytes());
      available.readBytes(bytes, offset + done, count);
      done += count;
      // Full reads cost less further on; but nobody waits for more than there is.
    } while (done < length && events.peek() instanceof Bytes);
    return done;
  }

  /** A buffer with bytes to read; null at the end. */
  private @Nullable ByteBuf next(Duration limit) throws IOException {
    while (current == null || !current.isReadable()) {
      if (end != null) {
        if (end.failure() != null) {
          throw Futures.failure(end.failure());
        }
        return null;
      }
      switch (take(limit)) {
        case Bytes(ByteBuf buffer) -> {
          current = buffer;
          askForMore();
        }
        case End last -> {
          end = last;
          if (last.failure() == null) {
            connection.giveBack();
          }
        }
      }
    }
    return current;
  }

  private void askForMore() {
    taken++;
    if (taken == BATCH) {
      response.fetch(taken);
      taken = 0;
    }
  }

  private Event take(Duration limit) throws IOException {
    try {
      Event event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        throw new ConnectionCutException("no byte came within " + limit.toSeconds() + " s");
      }
      return event;
    } catch (InterruptedException e) {
      throw Futures.interrupted();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (!endsSoon()) {
        connection.close();
      }
    }
  }

  private boolean endsSoon() {
    try {
      int rest = 0;
      for (ByteBuf buffer = next(REST_LIMIT); buffer != null; buffer = next(REST_LIMIT)) {
        rest += buffer.readableBytes();
        if (rest > SHORT_REST) {
          return false;
        }
        buffer.skipBytes(buffer.readableBytes());
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
