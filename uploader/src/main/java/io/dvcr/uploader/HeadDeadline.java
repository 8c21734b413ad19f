package io.dvcr.uploader;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Ends connections on which no request comes: those that say nothing, and those whose head drips
 * ("slow loris"). Bodies may take as long as they like. For one event loop.
 */
final class HeadDeadline {
  private final Vertx vertx;
  private final Duration limit;
  private final Map<HttpConnection, Long> waiting = new HashMap<>();

  /**
   * @param limit from the connection, or from the last answer on it, to the end of a head
   */
  HeadDeadline(Vertx vertx, Duration limit) {
    this.vertx = vertx;
    this.limit = limit;
  }

  void connected(HttpConnection connection) {
    connection.closeHandler(closed -> stop(connection));
    await(connection);
  }

  void headCame(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    stop(connection);
    request.response().endHandler(ended -> await(connection));
  }

  private void await(HttpConnection connection) {
    stop(connection);
    waiting.put(
        connection,
        vertx.setTimer(
            limit.toMillis(),
            late -> {
              waiting.remove(connection);
              var _ = connection.close();
            }));
  }

  private void stop(HttpConnection connection) {
    Long timer = waiting.remove(connection);
    if (timer != null) {
      boolean ignored = vertx.cancelTimer(timer);
    }
  }
}
