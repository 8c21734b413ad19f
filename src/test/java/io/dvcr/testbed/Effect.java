package io.dvcr.testbed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a {@link Fault} does to an exchange. One that returns lets the exchange go on as if nothing
 * had happened: it may have changed the server's state before.
 */
@FunctionalInterface
public interface Effect {
  /** Closes the connection, as a server does that is shut down. */
  Effect CUT = Exchange::cut;

  /** Resets the connection, as a load balancer does that forgot it. */
  Effect RESET = Exchange::reset;

  /** Sends and takes nothing more but keeps the connection open, until the server is closed. */
  Effect STALL = Exchange::stall;

  /** Does it. Ends the exchange by throwing what the exchange's own methods throw. */
  void happen(Exchange exchange) throws IOException;

  /**
   * Answers with a status instead, and closes the connection if not all of the request was read.
   *
   * @param headers names and values in turn, such as {@code "Retry-After", "7"}
   */
  static Effect answer(int status, String... headers) {
    return answer(status, Headers.of(headers), new byte[0]);
  }

  /** The same with JSON, such as a registry's error document. */
  static Effect answerJson(int status, String json) {
    return answer(
        status,
        Headers.of("Content-Type", "application/json"),
        json.getBytes(StandardCharsets.UTF_8));
  }

  private static Effect answer(int status, Map<String, String> headers, byte[] body) {
    return exchange -> {
      exchange.answer(status, headers, body);
      throw new Exchange.Ended(false);
    };
  }
}
