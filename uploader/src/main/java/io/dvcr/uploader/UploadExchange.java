package io.dvcr.uploader;

import io.dvcr.registry.http.BufferStream;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request and its answer. To be used on its event loop, but for {@link #read}, which is for the
 * thread of an import, and {@link #cut} and {@link #later}, which are for any.
 */
final class UploadExchange {
  /** What a client may still send after its answer: what is on its way then, and more. */
  private static final long MOST_UNREAD = 64L << 20;

  private static final long LONGEST_UNREAD_MS = 5_000;

  private static final List<String> PROXIES =
      List.of("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP");

  private static final String INTEROP = "Upload-Draft-Interop-Version";
  private static final String INTEROP_VERSION = "9";
  private static final HttpResponseStatus RESUMPTION_SUPPORTED =
      new HttpResponseStatus(104, "Upload Resumption Supported");

  private final HttpServerRequest request;
  private final Context context;
  private final BufferStream body;

  /**
   * Before any of the body arrived.
   *
   * @param idleLimit how long to wait for a byte
   */
  UploadExchange(HttpServerRequest request, Context context, Duration idleLimit) {
    this.request = request;
    this.context = context;
    this.body = new BufferStream(request, this::later, () -> {}, idleLimit);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /** Bytes of the body; empty if it is chunked (RFC 9112, section 6). */
  OptionalLong length() {
    // Netty refuses what is no number.
    return header("Content-Length")
        .map(Long::parseLong)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** Of the path's query. */
  Optional<String> parameter(String name) {
    return Optional.ofNullable(request.getParam(name));
  }

  String method() {
    return request.method().name();
  }

  /**
   * Says before the answer that, and where, the upload can be continued: 104 (Upload Resumption
   * Supported), to those who ask for this version of it. Proxies don't pass it on, and some break
   * over it.
   */
  void announce(Map<String, String> fields) {
    boolean direct = PROXIES.stream().allMatch(name -> header(name).isEmpty());
    if (direct
        && request.version() == HttpVersion.HTTP_1_1
        && header(INTEROP).filter(INTEROP_VERSION::equals).isPresent()
        && request.connection() instanceof VertxConnection connection) {
      FullHttpResponse interim =
          new DefaultFullHttpResponse(
              io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
              RESUMPTION_SUPPORTED,
              Unpooled.EMPTY_BUFFER);
      interim.headers().set(INTEROP, INTEROP_VERSION);
      fields.forEach(interim.headers()::set);
      var _ = connection.writeToChannel(interim);
    }
  }

  /** Tells a client that waits for it to send the body (RFC 9110, section 10.1.1). */
  void invite() {
    if (header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
      var _ = request.response().writeContinue();
    }
  }

  /**
   * Reads the body as {@link java.io.InputStream#read(byte[], int, int)}.
   *
   * @throws io.dvcr.registry.http.ConnectionCutException if the request ended too early; what came
   *     before is given first
   */
  int read(byte[] into, int offset, int length) throws IOException {
    return body.read(into, offset, length);
  }

  /** Runs something on the event loop. */
  void later(Runnable action) {
    context.runOnContext(now -> action.run());
  }

  /** Ends the request at once, wherever it is. */
  void cut() {
    later(this::close);
  }

  private void close() {
    if (request.version() == HttpVersion.HTTP_2) {
      var _ = request.response().reset();
    } else {
      var _ = request.connection().close();
    }
  }

  /**
   * Answers. What the client sends all the same is read and dropped for a while: one whose
   * connection is closed while it sends may never see the answer (RFC 9112, section 9.6).
   */
  void answer(Answer answer) {
    if (request.response().ended()) {
      return;
    }
    answer.to(request);
    if (!request.isEnded()) {
      dropRest();
    }
  }

  private void dropRest() {
    long until = request.bytesRead() + MOST_UNREAD;
    long timer = context.owner().setTimer(LONGEST_UNREAD_MS, late -> close());
    request.exceptionHandler(failure -> context.owner().cancelTimer(timer));
    request.endHandler(end -> context.owner().cancelTimer(timer));
    request.handler(buffer -> {
      if (request.bytesRead() > until) {
        close();
      }
    });
    request.resume();
  }
}
