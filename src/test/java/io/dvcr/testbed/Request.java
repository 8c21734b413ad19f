package io.dvcr.testbed;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
    String query = Optional.ofNullable(URI.create(target).getRawQuery()).orElse("");
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (key.equals(name)) {
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
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

  @Override
  public String toString() {
    return method + " " + target + " (" + bodyBytes + " bytes)";
  }
}
