package io.dvcr.registry.http;

import io.vertx.core.http.HttpClientResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;

/**
 * A response: its head, and its body as a stream. Closing it before the body's end closes the
 * connection.
 */
public final class HttpResponse implements Closeable {
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final URI uri;
  private final int status;
  private final Headers headers;
  private final ResponseBody body;

  /** On the event loop, before anything of the body can be lost. */
  HttpResponse(URI uri, HttpClientResponse response, Connection connection, Duration idleLimit) {
    this.uri = uri;
    status = response.statusCode();
    Headers all = Headers.NONE;
    for (var field : response.headers()) {
      all = all.plus(field.getKey(), field.getValue());
    }
    headers = all;
    body = new ResponseBody(response, connection, idleLimit);
  }

  /** What was asked for, after redirects. */
  public URI uri() {
    return uri;
  }

  public int status() {
    return status;
  }

  public Headers headers() {
    return headers;
  }

  /** What a {@code Retry-After} of seconds asks for (RFC 9110, section 10.2.3), an hour at most. */
  public Duration retryAfter() {
    long seconds = headers.number("Retry-After").orElse(0L);
    return Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT.toSeconds()));
  }

  /**
   * The body. A body that ends before its {@code Content-Length}, or without the end of the chunked
   * coding, ends with {@link ConnectionCutException}.
   */
  public InputStream body() {
    return body;
  }

  /** The first {@code limit} bytes of the body, all of it if it is shorter. */
  public byte[] bodyUpTo(int limit) throws IOException {
    return body.readNBytes(limit);
  }

  /** Reads the rest if it is short, so that the connection can serve again; else closes it. */
  @Override
  public void close() {
    body.close();
  }
}
