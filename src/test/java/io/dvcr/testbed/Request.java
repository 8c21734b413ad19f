package io.dvcr.testbed;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A request as a server saw it: what tests assert on. */
public final class Request {
  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final AtomicLong bodyBytes = new AtomicLong();
  private final AtomicLong answeredBytes = new AtomicLong();

  Request(String method, String target, Map<String, List<String>> headers) {
    this.method = method;
    this.target = target;
    Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    this.headers = Collections.unmodifiableMap(anyCase);
  }

  public String method() {
    return method;
  }

  /** Path and query, as they were sent. */
  public String target() {
    return target;
  }

  /** The path, decoded. */
  public String path() {
    return Optional.ofNullable(URI.create(target).getPath()).orElse("");
  }

  /** The first value of a query parameter, decoded. */
  public Optional<String> query(String name) {
    return queries(name).stream().findFirst();
  }

  /** All values of a query parameter, decoded. */
  public List<String> queries(String name) {
    List<String> values = new ArrayList<>();
    String query = Optional.ofNullable(URI.create(target).getRawQuery()).orElse("");
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts[0].equals(name)) {
        values.add(URLDecoder.decode(parts.length < 2 ? "" : parts[1], StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  /** All headers; their names in any case. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The first value of a header, whose name may be in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(List::getFirst);
  }

  /** How many bytes of its body the server has read so far. */
  public long bodyBytes() {
    return bodyBytes.get();
  }

  void received(long bytes) {
    bodyBytes.addAndGet(bytes);
  }

  /** How many bytes of its answer's body were given to the connection so far. */
  public long answeredBytes() {
    return answeredBytes.get();
  }

  void answered(long bytes) {
    answeredBytes.addAndGet(bytes);
  }

  @Override
  public String toString() {
    return method + " " + target + " (" + bodyBytes + " bytes)";
  }
}
