package io.dvcr.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP server of files that does as {@link ServedFile} says, well or badly: ranges, validators,
 * redirects, lengths, encodings, passwords (RFC 9110).
 */
public final class FileServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]*)-([0-9]*)");
  private static final int PIECE_BYTES = 16 << 10;

  private final ScriptedHttpServer server;
  private final Map<String, ServedFile> files = new ConcurrentHashMap<>();
  private final Map<String, Redirect> redirects = new ConcurrentHashMap<>();

  private record Redirect(int status, String location) {}

  /** The bytes to send: from {@code first}, {@code length} of them. */
  private record Span(int first, int length) {}

  private FileServer(Optional<ServerCertificate> certificate) {
    server =
        certificate
            .map(c -> ScriptedHttpServer.startTls(c, this::answer))
            .orElseGet(() -> ScriptedHttpServer.start(this::answer));
  }

  /** Serves over plain HTTP. */
  public static FileServer start() {
    return new FileServer(Optional.empty());
  }

  /** Serves over TLS. */
  public static FileServer startTls(ServerCertificate certificate) {
    return new FileServer(Optional.of(certificate));
  }

  /** Serves a file, at first as a good server would: with ranges, an ETag and Last-Modified. */
  public ServedFile put(String path, byte[] content) {
    ServedFile file = new ServedFile(content);
    files.put(path, file);
    return file;
  }

  /** Sends clients that ask for {@code path} to a {@code Location}. */
  public void redirect(String path, int status, String location) {
    redirects.put(path, new Redirect(status, location));
  }

  public URI uri(String path) {
    return server.uri(path);
  }

  public Faults faults() {
    return server.faults();
  }

  public List<Request> requests() {
    return server.requests();
  }

  /** Connections that are open now. */
  public int connections() {
    return server.openConnections();
  }

  /** See {@link ScriptedHttpServer#requests(String, String)}. */
  public List<Request> requests(String method, String pathPattern) {
    return server.requests(method, pathPattern);
  }

  @Override
  public void close() {
    server.close();
  }

  private void answer(Exchange exchange) throws IOException {
    Request request = exchange.request();
    Redirect redirect = redirects.get(request.path());
    ServedFile file = files.get(request.path());
    if (redirect != null) {
      exchange.answer(redirect.status(), Headers.of("Location", redirect.location()), new byte[0]);
    } else if (file == null) {
      exchange.answer(404, Map.of(), "there is no such file\n".getBytes(StandardCharsets.UTF_8));
    } else if (!file.admits(request)) {
      exchange.answer(401, Headers.of("WWW-Authenticate", "Basic realm=\"files\""), new byte[0]);
    } else if (!request.method().equals("GET") && !file.answersHead(request)) {
      exchange.answer(405, Headers.of("Allow", "GET"), new byte[0]);
    } else {
      send(exchange, file.now());
    }
  }

  private static void send(Exchange exchange, ServedFile.State file) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>(file.headers());
    byte[] content = file.content();
    Request request = exchange.request();
    Optional<String> range =
        request.header("Range").filter(r -> file.ranges() && fits(request, file));
    if (range.isEmpty()) {
      write(exchange, 200, headers, file, new Span(0, content.length));
      return;
    }
    Optional<Span> span = span(range.get(), content.length);
    if (span.isEmpty()) {
      headers.put("Content-Range", "bytes */" + content.length);
      exchange.answer(416, headers, new byte[0]);
      return;
    }
    int first = span.get().first();
    int last = first + span.get().length() - 1;
    headers.put("Content-Range", "bytes " + first + "-" + last + "/" + content.length);
    write(exchange, 206, headers, file, span.get());
  }

  /** RFC 9110, 13.1.5: a range of something else is not wanted. */
  private static boolean fits(Request request, ServedFile.State file) {
    Optional<String> wanted = request.header("If-Range");
    return wanted.isEmpty()
        || wanted.equals(Optional.ofNullable(file.headers().get("ETag")))
        || wanted.equals(Optional.ofNullable(file.headers().get("Last-Modified")));
  }

  /** What a range stands for (RFC 9110, 14.1.2), none if it can't be satisfied. */
  private static Optional<Span> span(String range, int size) {
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches() || (matcher.group(1) + matcher.group(2)).isEmpty()) {
      return Optional.of(new Span(0, size));
    }
    if (matcher.group(1).isEmpty()) {
      int length = (int) Math.min(size, Long.parseLong(matcher.group(2)));
      return Optional.of(new Span(size - length, length)).filter(span -> span.length() > 0);
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? size - 1L : Long.parseLong(matcher.group(2));
    if (first >= size || last < first) {
      return Optional.empty();
    }
    return Optional.of(new Span((int) first, (int) (Math.min(last, size - 1L) - first + 1)));
  }

  private static void write(
      Exchange exchange, int status, Map<String, String> headers, ServedFile.State file, Span span)
      throws IOException {
    OptionalLong length =
        file.chunked()
            ? OptionalLong.empty()
            : OptionalLong.of(file.declaredLength().orElse(span.length()));
    try (OutputStream out = exchange.start(status, headers, length)) {
      if (exchange.request().method().equals("HEAD")) {
        return;
      }
      byte[] bytes = Arrays.copyOfRange(file.content(), span.first(), span.first() + span.length());
      for (int sent = 0; sent < bytes.length; sent += PIECE_BYTES) {
        out.write(bytes, sent, Math.min(PIECE_BYTES, bytes.length - sent));
      }
    }
  }
}
