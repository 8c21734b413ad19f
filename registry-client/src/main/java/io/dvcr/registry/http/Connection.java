package io.dvcr.registry.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection, lent to one exchange. It goes back to its {@link Connections} only when the request
 * was sent whole and its response read to the end; whoever stops before closes it.
 */
final class Connection {
  /** Closing only tells the system; more is a hang that must not become ours. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Connections home;
  private final String route;
  private final ContextInternal context;
  private final HttpClientConnection channel;
  private final boolean asksInVain;
  private volatile boolean requestSent;
  private volatile boolean last;
  private volatile boolean answered;
  private int requests;
  private volatile boolean ended;

  /** What went wrong with it, such as an alert of TLS, whatever the exchange was at then. */
  private volatile @Nullable Throwable broke;

  private long idleSince;

  /**
   * @param asksInVain whether the server asked for a client certificate and got none
   */
  Connection(
      Connections home,
      String route,
      ContextInternal context,
      HttpClientConnection channel,
      boolean asksInVain) {
    this.home = home;
    this.route = route;
    this.context = context;
    this.channel = channel;
    this.asksInVain = asksInVain;
    channel.closeHandler(done -> {
      ended = true;
      home.forget(this);
    });
    channel.exceptionHandler(failure -> broke = failure);
  }

  /** Where it leads to: only requests of the same route may share it. */
  String route() {
    return route;
  }

  /** Runs on the thread of the connection, after what it has to do now. */
  void later(Runnable work) {
    context.runOnContext(now -> work.run());
  }

  /** Begins a request; its callbacks run on the thread of the connection. */
  Future<HttpClientRequest> request(RequestOptions options) {
    requestSent = false;
    answered = false;
    requests++;
    // Without a handler, from the first moment on, Vert.x logs what the response's failure tells.
    return Futures.on(
            context,
            () -> channel.request(options).map(begun -> begun.exceptionHandler(failure -> {})))
        .recover(failure -> Future.failedFuture(explained(failure)));
  }

  /** The request is whole: the response's end is the end of the exchange. */
  void requestSent() {
    requestSent = true;
  }

  /** Why there is no answer, if {@code failure} is the end of the connection. */
  Throwable explained(Throwable failure) {
    Throwable reason = broke;
    if (reason != null && failure instanceof HttpClosedException) {
      return reason;
    }
    if (asksInVain && requests == 1 && failure instanceof HttpClosedException) {
      return new IOException(
          "the server closed the connection; it had asked for a client certificate, and none is"
              + " given",
          failure);
    }
    return failure;
  }

  /** The head of the response came: the server may want this to be the last one. */
  void answered(HttpClientResponse head) {
    answered = true;
    String wish = head.getHeader(HttpHeaders.CONNECTION);
    last = head.version() == HttpVersion.HTTP_1_0 || "close".equalsIgnoreCase(wish);
  }

  /** The response was read to its end. */
  void giveBack() {
    if (requestSent && !last && !ended) {
      idleSince = System.nanoTime();
      home.keep(this);
    } else {
      close();
    }
  }

  /** Whether it can still be expected to work. */
  boolean usable(Duration longestIdle) {
    return !ended && System.nanoTime() - idleSince < longestIdle.toNanos();
  }

  /** Ends a connection that nobody waits for any more, on its own thread. */
  void abandon() {
    ended = true;
    Future<?> ignored = channel.close();
  }

  /** Ends the connection, however far its exchange is; returns when the system has been told. */
  void close() {
    if (requests > 1 && !answered) {
      home.distrust(route);
    }
    ended = true;
    home.forget(this);
    Futures.awaitEnd(channel.close(), CLOSE_LIMIT);
  }
}
