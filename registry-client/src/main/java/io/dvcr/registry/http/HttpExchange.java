package io.dvcr.registry.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
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

  /** For an answer to arrive after the request broke off: it is on this machine already. */
  private static final Duration GRACE = Duration.ofMillis(200);

  private static final long STORED_A_SECOND = 16 << 20;

  private static final int LARGEST_WRITE = IN_FLIGHT / 4;

  private final Vertx vertx;
  private final Connection connection;
  private final HttpClientRequest request;
  private final Duration idleLimit;
  private final Semaphore room = new Semaphore(IN_FLIGHT);
  private final Promise<HttpResponse> answer = Promise.promise();
  private final Future<HttpResponse> response;
  private boolean ended;
  private boolean finished;

  HttpExchange(
      Vertx vertx, URI uri, Connection connection, HttpClientRequest request, Duration idleLimit) {
    this.vertx = vertx;
    this.connection = connection;
    this.request = request;
    this.idleLimit = idleLimit;
    request
        .response()
        .map(head -> {
          connection.answered(head);
          return new HttpResponse(uri, head, connection, idleLimit);
        })
        .onComplete(answer::tryComplete, failure -> answer.tryFail(connection.explained(failure)));
    this.response = answer.future();
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

  /**
   * On the event loop. Vert.x does not always fail the response with the request; an answer that
   * came before the cut goes first.
   */
  private void sendingFailed(Throwable cause) {
    vertx.setTimer(GRACE.toMillis(), late -> answer.tryFail(connection.explained(cause)));
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

  /** Ends the body, once; {@link #finish} does it, too. */
  public void end() {
    if (!ended && !response.isComplete()) {
      ended = true;
      request.end().onFailure(this::sendingFailed);
      connection.requestSent();
    }
  }

  /** Whether {@link #finish} would not wait. */
  public boolean answered() {
    return response.isComplete();
  }

  /**
   * Ends the body and waits for the response, which the caller closes.
   *
   * @throws IOException as {@link HttpConnector#send}
   */
  public HttpResponse finish() throws IOException {
    return finish(idleLimit);
  }

  /**
   * The same, after a request that makes the server write what it was sent to its disk or copy it.
   *
   * @param bytes how much that is: a second is waited for each 16 MiB, as slow storage takes
   */
  public HttpResponse finish(long bytes) throws IOException {
    return finish(idleLimit.plusSeconds(bytes / STORED_A_SECOND));
  }

  /** The same, waiting no longer than {@code limit}. */
  public HttpResponse finish(Duration limit) throws IOException {
    end();
    HttpResponse answer = Futures.await(response, limit, "answer");
    finished = true;
    return answer;
  }

  @Override
  public void close() {
    if (!finished) {
      finished = true;
      request.reset();
      connection.close();
    }
  }
}
