package io.dvcr.testbed;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A file of a {@link FileServer} and how it is served. May be changed while it is. */
public final class ServedFile {
  /** RFC 9110, 5.6.7: the day has two digits, unlike {@code RFC_1123_DATE_TIME}'s. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Instant FIRST_MODIFIED = Instant.parse("2026-01-02T03:04:05Z");

  private State state;
  private Optional<String> authorization = Optional.empty();
  private boolean head = true;
  private int version = 1;

  /** What one exchange uses from its begin to its end. */
  @SuppressWarnings("ArrayRecordComponent") // it is neither compared nor changed
  record State(
      byte[] content,
      Map<String, String> headers,
      boolean ranges,
      boolean chunked,
      OptionalLong declaredLength) {}

  ServedFile(byte[] content) {
    Map<String, String> headers =
        Headers.of("Accept-Ranges", "bytes", "Content-Type", "application/octet-stream");
    state = new State(content, headers, true, false, OptionalLong.empty());
    header("ETag", "\"version-1\"");
    lastModified(FIRST_MODIFIED);
  }

  /** Ignores {@code Range}, and does not say {@code Accept-Ranges}. */
  public ServedFile withoutRanges() {
    without("Accept-Ranges");
    return change(
        new State(state.content, state.headers, false, state.chunked, state.declaredLength));
  }

  /** Sends no {@code ETag}. */
  public ServedFile withoutEtag() {
    return without("ETag");
  }

  /** Sends no {@code Last-Modified}. */
  public ServedFile withoutLastModified() {
    return without("Last-Modified");
  }

  /** Sends this {@code Last-Modified}. */
  public ServedFile lastModified(Instant time) {
    return header("Last-Modified", HTTP_DATE.format(time));
  }

  /** Sends a header with every answer that has the file or a part of it. */
  public synchronized ServedFile header(String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(state.headers);
    headers.put(name, value);
    return headers(headers);
  }

  /** Sends the body in chunks, without a length. */
  public ServedFile chunked() {
    return change(
        new State(state.content, state.headers, state.ranges, true, state.declaredLength));
  }

  /** Says this {@code Content-Length}, whatever is sent. */
  public ServedFile declaringLength(long bytes) {
    return change(
        new State(
            state.content, state.headers, state.ranges, state.chunked, OptionalLong.of(bytes)));
  }

  /** Refuses {@code HEAD} with 405. */
  public synchronized ServedFile withoutHead() {
    head = false;
    return this;
  }

  /** Wants Basic credentials (RFC 7617). */
  public synchronized ServedFile protectedBy(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    authorization = Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    return this;
  }

  /** Replaces the content; the ETag and Last-Modified change, too, where they are sent. */
  public synchronized ServedFile replace(byte[] content) {
    version++;
    replaceSilently(content);
    if (state.headers.containsKey("ETag")) {
      header("ETag", "\"version-" + version + "\"");
    }
    if (state.headers.containsKey("Last-Modified")) {
      lastModified(FIRST_MODIFIED.plusSeconds(version));
    }
    return this;
  }

  /** Replaces the content and nothing that would show it. */
  public ServedFile replaceSilently(byte[] content) {
    return change(
        new State(content, state.headers, state.ranges, state.chunked, state.declaredLength));
  }

  synchronized State now() {
    return state;
  }

  synchronized boolean admits(Request request) {
    return authorization.isEmpty() || request.header("Authorization").equals(authorization);
  }

  synchronized boolean answersHead(Request request) {
    return head && request.method().equals("HEAD");
  }

  private synchronized ServedFile without(String header) {
    Map<String, String> headers = new LinkedHashMap<>(state.headers);
    headers.remove(header);
    return headers(headers);
  }

  private ServedFile headers(Map<String, String> headers) {
    return change(
        new State(state.content, headers, state.ranges, state.chunked, state.declaredLength));
  }

  private synchronized ServedFile change(State next) {
    state = next;
    return this;
  }
}
