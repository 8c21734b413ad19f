package io.dvcr.testbed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a server answered, read byte by byte by a client that repeats, follows and repairs nothing:
 * for the tests of the servers here.
 *
 * @param status the answer's status
 * @param headers by names in any case; the last one where there are more
 * @param content its body
 */
@SuppressWarnings("ArrayRecordComponent") // it is not compared
record RawResponse(int status, Map<String, String> headers, byte[] content) {
  private static final int TIMEOUT_MILLIS = 20_000;

  static RawResponse to(URI uri, String method, String... headers) throws IOException {
    return to(uri, method, new byte[0], headers);
  }

  /** Sends a request on a connection of its own; a body goes with its length. */
  static RawResponse to(URI uri, String method, byte[] body, String... headers) throws IOException {
    try (Socket socket = connect(uri)) {
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      StringBuilder head = new StringBuilder(method + " " + uri.getRawPath() + query);
      head.append(" HTTP/1.1\r\nHost: ").append(uri.getAuthority()).append("\r\n");
      if (body.length > 0) {
        head.append("Content-Length: ").append(body.length).append("\r\n");
      }
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      return read(method, socket.getInputStream());
    }
  }

  /** A connection of which no read takes long. */
  static Socket connect(URI uri) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral(uri.getHost()), uri.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  static RawResponse read(String method, InputStream connection) throws IOException {
    InputStream in = new BufferedInputStream(connection);
    String statusLine = HeadReader.line(in);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = HeadReader.line(in); !line.isEmpty(); line = HeadReader.line(in)) {
      String[] pair = line.split(": ", 2);
      headers.put(pair[0], pair[1]);
    }
    int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
    boolean bodiless = method.equals("HEAD") || status == 204;
    return new RawResponse(status, headers, bodiless ? new byte[0] : body(in, headers));
  }

  byte[] body() {
    return content;
  }

  String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).equals("chunked")) {
      return chunks(in);
    }
    return exactly(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length = Integer.parseInt(HeadReader.line(in), 16);
    while (length > 0) {
      body.write(exactly(in, length));
      HeadReader.line(in);
      length = Integer.parseInt(HeadReader.line(in), 16);
    }
    return body.toByteArray();
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("it ended after " + body.length + " bytes of " + length);
    }
    return body;
  }
}
