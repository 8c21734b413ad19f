package io.dvcr.testbed;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the head of a request (RFC 9112, sections 3 and 5). */
final class HeadReader {
  /** What servers allow for a line of a head, roughly; nobody here sends more. */
  private static final int MAX_LINE_BYTES = 64 << 10;

  private static final int MAX_HEADERS = 200;

  /** How a TLS connection begins (RFC 8446, section 5.1); without a line's end to wait for. */
  private static final int TLS_HANDSHAKE = 22;

  private HeadReader() {}

  /** The next request; none if the client has closed the connection instead. */
  static Optional<Request> next(InputStream in) throws IOException {
    in.mark(1);
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    if (first == TLS_HANDSHAKE) {
      throw new IOException("the client speaks TLS");
    }
    in.reset();
    String[] start = line(in).split(" ", 3);
    if (start.length < 3) {
      throw new IOException("no request line: " + String.join(" ", start));
    }
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return Optional.of(new Request(start[0], start[1], headers));
      }
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header: " + line);
      }
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    throw new IOException("more than " + MAX_HEADERS + " headers");
  }

  /** A line without its CRLF. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the client went away in the middle of a line");
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
