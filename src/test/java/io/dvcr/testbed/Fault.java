package io.dvcr.testbed;

import java.util.regex.Pattern;

/**
 * One thing that goes wrong, told before it happens:
 *
 * <pre>{@code
 * server.faults().add(
 *     Fault.on("PATCH", "/uploads/").nth(2).afterRequestBytes(1000).then(Effect.CUT));
 * }</pre>
 *
 * @param method the requests' method, {@code *} for any
 * @param path found anywhere in the requests' path
 * @param first which of these requests, from 1
 * @param times for how many of them in a row
 * @param moment when in the exchange
 * @param bytes of the body that pass before, where the moment is in a body
 * @param effect what happens
 */
public record Fault(
    String method, Pattern path, int first, int times, Moment moment, long bytes, Effect effect) {
  /** When in an exchange. */
  public enum Moment {
    /** When the head of the request was read. */
    REQUEST,
    /** When so many bytes of its body were read; never if there are less. */
    REQUEST_BODY,
    /** When so many bytes of the answer's body were sent; never if there are less. */
    RESPONSE_BODY,
    /** When the request was carried out, instead of its answer: the client can't know. */
    ANSWER
  }

  /** For the first request with this method and a path in which the regular expression is found. */
  public static Fault on(String method, String pathPattern) {
    return new Fault(method, Pattern.compile(pathPattern), 1, 1, Moment.REQUEST, 0, exchange -> {});
  }

  /** For the k-th of these requests, the first being 1. */
  public Fault nth(int k) {
    return new Fault(method, path, k, times, moment, bytes, effect);
  }

  /** For so many of these requests in a row. */
  public Fault times(int count) {
    return new Fault(method, path, first, count, moment, bytes, effect);
  }

  /** For these requests from now on. */
  public Fault always() {
    return times(Integer.MAX_VALUE);
  }

  /** When so many bytes of the request's body were read. */
  public Fault afterRequestBytes(long count) {
    return new Fault(method, path, first, times, Moment.REQUEST_BODY, count, effect);
  }

  /** When so many bytes of the answer's body were sent. */
  public Fault afterResponseBytes(long count) {
    return new Fault(method, path, first, times, Moment.RESPONSE_BODY, count, effect);
  }

  /** When the request was carried out, but before its answer. */
  public Fault insteadOfTheAnswer() {
    return new Fault(method, path, first, times, Moment.ANSWER, 0, effect);
  }

  /** The whole fault. */
  public Fault then(Effect what) {
    return new Fault(method, path, first, times, moment, bytes, what);
  }

  boolean concerns(Request request) {
    return (method.equals("*") || method.equals(request.method()))
        && path.matcher(request.path()).find();
  }
}
