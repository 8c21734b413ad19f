package io.dvcr.registry.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;

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
  private volatile boolean requestSent;
  private volatile boolean ended;
  private long idleSince;

  Connection(
      Connections home, String route, ContextInternal context, HttpClientConnection channel) {
    this.home = home;
    this.route = route;
    this.context = context;
    this.channel = channel;
    channel.closeHandler(done -> {
      ended = true;
      home.forget(this);
    });
    // Without a handler Vert.x logs what the request's own failure tells.
    channel.exceptionHandler(failure -> {});
  }

  /** Where it leads to: only requests of the same route may share it. */
  String route() {
    return route;
  }

  /** Begins a request; its callbacks run on the thread of the connection. */
  Future<HttpClientRequest> request(RequestOptions options) {
    requestSent = false;
    return Futures.on(context, () -> channel.request(options));
  }

  /** The request is whole: the response's end is the end of the exchange. */
  void requestSent() {
    requestSent = true;
  }

  /** The response was read to its end. */
  void giveBack() {
    if (requestSent && !ended) {
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

  /** Ends the connection, however far its exchange is; returns when the system has been told. */
  void close() {
    ended = true;
    home.forget(this);
    Futures.awaitEnd(channel.close(), CLOSE_LIMIT);
  }
}
