package io.dvcr.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a connection of a {@link ScriptedHttpServer}. */
public final class Exchange {
  /** No test runs longer; {@link #stall} ends then at the latest. */
  private static final int STALL_MINUTES = 5;

  /** Thrown through the responder: the exchange is over. */
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1;
    final boolean connectionGone;

    Ended(boolean connectionGone) {
      super("the exchange is over");
      this.connectionGone = connectionGone;
    }
  }

  private final Request request;
  private final Socket socket;
  private final OutputStream out;
  private final RequestBody body;
  private final Optional<Fault> fault;
  private final Faults faults;
  private final CountDownLatch closed;
  private final Map<String, String> always = new LinkedHashMap<>();
  private boolean continued;
  private boolean triggered;
  private boolean persistent = true;
  private OptionalLong declared = OptionalLong.empty();
  private FaultyBody.@Nullable Out sent;

  Exchange(
      Request request,
      Socket socket,
      InputStream in,
      OutputStream out,
      Faults faults,
      CountDownLatch closed) {
    this.request = request;
    this.socket = socket;
    this.out = out;
    this.body = RequestBody.of(request, in);
    this.faults = faults;
    this.fault = faults.due(request);
    this.closed = closed;
  }

  public Request request() {
    return request;
  }

  /** The request's body. Reading it may end the exchange, if a fault was asked for. */
  public InputStream body() throws IOException {
    if (!continued && request.header("Expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    continued = true;
    return new FaultyBody.In(body, request, happensAt(Fault.Moment.REQUEST_BODY));
  }

  /** Adds a header to whatever is answered. */
  public void alwaysSend(String name, String value) {
    always.put(name, value);
  }

  /** Answers with a whole body; to {@code HEAD} only with its length. */
  public void answer(int status, Map<String, String> headers, byte[] content) throws IOException {
    try (OutputStream answer = start(status, headers, OptionalLong.of(content.length))) {
      if (!request.method().equals("HEAD")) {
        answer.write(content);
      }
    }
  }

  /**
   * Sends the head of an answer; the caller writes the body and closes it.
   *
   * @param length what {@code Content-Length} says, whatever is written; without one the body is
   *     sent in chunks
   */
  public OutputStream start(int status, Map<String, String> headers, OptionalLong length)
      throws IOException {
    if (answered()) {
      throw new IllegalStateException("a second answer to " + request);
    }
    trigger(Fault.Moment.ANSWER);
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(always);
    boolean bodiless = status == 204 || status == 304; // RFC 9110, 15.3.5 and 15.4.5
    if (!bodiless) {
      length.ifPresentOrElse(
          n -> all.putIfAbsent("Content-Length", Long.toString(n)),
          () -> all.put("Transfer-Encoding", "chunked"));
    }
    persistent = persistent && body.ended() && !closeWanted();
    if (!persistent) {
      all.put("Connection", "close");
    }
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " status " + status + "\r\n");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    OutputStream framed =
        bodiless || length.isPresent() || request.method().equals("HEAD")
            ? new FaultyBody.Unclosed(out)
            : new ChunkedOutput(out);
    declared = bodiless || request.method().equals("HEAD") ? OptionalLong.empty() : length;
    sent = new FaultyBody.Out(framed, request, happensAt(Fault.Moment.RESPONSE_BODY));
    return sent;
  }

  private boolean closeWanted() {
    return request.header("Connection").filter(c -> c.equalsIgnoreCase("close")).isPresent();
  }

  /** Closes the connection: the client reads to its end. */
  public void cut() throws IOException {
    out.flush();
    Lingering.close(socket);
    throw new Ended(true);
  }

  /** Resets the connection: reading and writing fail at once for the client. */
  public void reset() throws IOException {
    out.flush();
    socket.setSoLinger(true, 0);
    socket.close();
    throw new Ended(true);
  }

  /** Neither sends nor takes anything until the server is closed. */
  public void stall() throws IOException {
    out.flush();
    try {
      boolean ignored = closed.await(STALL_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.close();
    throw new Ended(true);
  }

  /** Lets a fault happen that is due when the request's head was read. */
  void begun() throws IOException {
    trigger(Fault.Moment.REQUEST);
  }

  /**
   * What is left to do when the responder is done.
   *
   * @return whether another request may come on this connection
   */
  boolean finished() throws IOException {
    if (sent == null) {
      throw new IllegalStateException("no answer to " + request);
    }
    out.flush();
    // After a body that is not as long as was said, the client can't tell where the next answer is.
    return persistent && declared.orElse(sent.sent()) == sent.sent();
  }

  boolean answered() {
    return sent != null;
  }

  private void trigger(Fault.Moment moment) throws IOException {
    Optional<FaultyBody.Trap> trap = happensAt(moment);
    // Once: an effect that answers comes by here again.
    if (trap.isPresent() && !triggered) {
      triggered = true;
      trap.get().spring();
    }
  }

  private Optional<FaultyBody.Trap> happensAt(Fault.Moment moment) {
    return fault
        .filter(due -> due.moment() == moment)
        .map(due -> new FaultyBody.Trap(due, faults, this));
  }
}
