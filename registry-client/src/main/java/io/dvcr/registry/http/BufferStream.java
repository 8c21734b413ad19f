package io.dvcr.registry.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message, from its event loop to the one thread that reads it. At most {@link
 * #WINDOW} buffers lie between them; whoever sends it waits meanwhile.
 */
public final class BufferStream extends BlockInputStream {
  /** Buffers of at most 256 KiB: 1 MiB keeps both sides busy. */
  private static final int WINDOW = 4;

  /** Buffers to take before more are asked for: each asking wakes the event loop. */
  private static final int BATCH = WINDOW / 2;

  private sealed interface Event {}

  private record Bytes(ByteBuf buffer) implements Event {}

  private record End(@Nullable Throwable failure) implements Event {}

  private final ReadStream<Buffer> body;
  private final Executor later;
  private final Runnable completed;
  private final Duration idleLimit;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable ByteBuf current;
  private @Nullable End end;
  private int taken;

  /**
   * To be made on the body's event loop, before any of it arrived.
   *
   * @param later runs something on that event loop, after what it is at
   * @param completed is called when the last byte was read, and all is well
   * @param idleLimit how long to wait for a byte
   */
  public BufferStream(
      ReadStream<Buffer> body, Executor later, Runnable completed, Duration idleLimit) {
    this.body = body;
    this.later = later;
    this.completed = completed;
    this.idleLimit = idleLimit;
    body.pause();
    body.handler(this::received);
    body.endHandler(done -> events.add(new End(null)));
    body.exceptionHandler(this::failed);
    body.fetch(WINDOW);
  }

  private void received(Buffer buffer) {
    events.add(new Bytes(((BufferInternal) buffer).getByteBuf()));
  }

  /** What arrived before the failure is given first: it need not be sent again. */
  private void failed(Throwable failure) {
    body.fetch(Long.MAX_VALUE);
    later.execute(() -> events.add(new End(failure)));
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
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
            completed.run();
          }
        }
      }
    }
    return current;
  }

  private void askForMore() {
    taken++;
    if (taken == BATCH) {
      body.fetch(taken);
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

  /**
   * Reads what is left if it is short.
   *
   * @param most bytes
   * @param limit for each wait
   * @return whether it ended well
   */
  boolean drain(int most, Duration limit) {
    try {
      int rest = 0;
      for (ByteBuf buffer = next(limit); buffer != null; buffer = next(limit)) {
        rest += buffer.readableBytes();
        if (rest > most) {
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
