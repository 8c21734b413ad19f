package io.dvcr.registry.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One request whose body is written, and its response. For one thread at a time. Closing it before
 * {@link #finish} cuts the connection, so that the server sees that the body is not whole.
 */
public final class HttpExchange implements Closeable {
  /**
   * Bytes of the body that are on their way at most: two writes of the usual size and some room.
   */
  private static final int IN_FLIGHT = 1 << 20;

  private static final int LARGEST_WRITE = IN_FLIGHT / 4;

  /** Closing only tells the system; more is a hang that must not become ours. */
  static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final HttpClientRequest request;
  private final Duration idleLimit;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final Future<HttpResponse> response;
  private boolean finished;

  HttpExchange(HttpClientRequest request, Duration idleLimit) {
    this.request = request;
    this.idleLimit = idleLimit;
    // Without a handler Vert.x would also log the failure that the response has.
    request.exceptionHandler(failure -> {});
    this.response = request.response().map(head -> new HttpResponse(head, idleLimit));
    // An answer or a failure ends the waiting for room.
    response.onComplete(done -> room.release(IN_FLIGHT));
  }

  /**
   * Sends bytes of the body; blocks while the server takes none. The array is not kept.
   *
   * @throws EarlyResponseException if the server answered before it had the whole body
   * @throws IOException as {@link HttpConnector#send}
   */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, LARGEST_WRITE);
      awaitRoom(part);
      ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(part);
      copy.writeBytes(bytes, offset + done, part);
      request
          .write(BufferInternal.buffer(copy))
          .onComplete(sent -> {
            copy.release();
            room.release(part);
          });
      done += part;
    }
  }

  private void awaitRoom(int bytes) throws IOException {
    try {
      boolean moved = room.tryAcquire(bytes, idleLimit.toMillis(), TimeUnit.MILLISECONDS);
      if (response.isComplete()) {
        if (response.failed()) {
          throw Futures.failure(response.cause());
        }
        throw new EarlyResponseException(response.result());
      }
      if (!moved) {
        throw new ConnectionCutException(
            "the server took no byte within " + idleLimit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      throw Futures.interrupted();
    }
  }

  /**
   * Ends the body and waits for the response, which the caller closes.
   *
   * @throws IOException as {@link HttpConnector#send}
   */
  public HttpResponse finish() throws IOException {
    return finish(idleLimit);
  }

  /** The same, waiting no longer than {@code limit}. */
  public HttpResponse finish(Duration limit) throws IOException {
    if (!response.isComplete()) {
      request.end();
    }
    HttpResponse answer = Futures.await(response, limit, "answer");
    finished = true;
    return answer;
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      request.reset();
      if (request.connection() != null) {
        Futures.awaitEnd(request.connection().close(), CLOSE_LIMIT);
      }
    }
  }
}
