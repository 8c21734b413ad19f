package io.dvcr.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.pod.ImporterPod;
import io.dvcr.importer.pod.PodLog;
import io.dvcr.importer.pod.PodPaths;
import io.dvcr.registry.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A few small imports and inspections within one process, of the command line and of a pod, over
 * HTTP on loopback, into a registry that takes everything and keeps nothing. What Java loads here
 * goes into the archive of classes that the launcher and the container image start with. Not a
 * command.
 */
final class Rehearsal {
  private static final String IMAGE = "/disk.raw";

  private final byte[] packed;
  private final byte[] image;

  private Rehearsal(Path example) throws IOException {
    packed = Files.readAllBytes(example);
    try (InputStream unpacking =
        Compression.XZ.decode(new ByteArrayInputStream(packed), DecoderLimits.DEFAULT)) {
      image = unpacking.readAllBytes();
    }
  }

  /**
   * The first argument is a disk image, packed with xz; a second one, {@code importer}, leaves all
   * other commands out.
   */
  public static void main(String[] arguments) throws IOException {
    Path example = Path.of(arguments[0]);
    Rehearsal rehearsal = new Rehearsal(example);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      server.setExecutor(threads);
      server.createContext("/", rehearsal::answer);
      server.start();
      String authority = "127.0.0.1:" + server.getAddress().getPort();
      if (!Arrays.asList(arguments).contains(ImporterProgram.NAME)) {
        rehearsal.commands(example, authority);
      }
      pods(authority);
      server.stop(0);
    }
    System.exit(0);
  }

  private void commands(Path example, String authority) {
    String source = "http://" + authority + IMAGE;
    String target = authority + "/rehearsal/disk:";
    command("version");
    command("import", source, "--to", target + "a", "--layer-compression", "none");
    command("import", source + ".xz", "--to", target + "b", "--progress", "json");
    command(
        "import",
        source,
        "--to",
        target + "c",
        "--checksum",
        "md5:00000000000000000000000000000000",
        "--output",
        "json");
    command("inspect", example.toString());
    command("inspect", source);
    command("list", target + "a");
  }

  private static void pods(String authority) throws IOException {
    Cancellation.install(Thread.currentThread()).finished();
    Map<String, String> ignored = Terminal.ofProcess().environment();
    command(ImporterProgram.NAME, "--unknown");
    Path folder = Files.createTempDirectory("rehearsal");
    Path auth = Files.writeString(folder.resolve("auth"), "{\"auths\":{}}");
    Path message = folder.resolve("message");
    InetSocketAddress metrics = freeAddress();
    Path none = folder.resolve("none");
    Path state = folder.resolve("state");
    PodPaths paths = new PodPaths(message, none, none, none, none, state, none, metrics);
    Map<String, String> environment = new HashMap<>();
    environment.put("IMPORTER_SOURCE", "http");
    environment.put("IMPORTER_ENDPOINT", "http://" + authority + IMAGE);
    environment.put("IMPORTER_DESTINATION_ENDPOINT", authority + "/rehearsal/disk:d");
    environment.put("IMPORTER_DESTINATION_AUTH_CONFIG", auth.toString());
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8");
    pod(environment, paths);
    // A registry with TLS: its own metrics, which answer anything. It fails after the handshake.
    String itself = metrics.getAddress().getHostAddress() + ":" + metrics.getPort();
    environment.put("IMPORTER_DESTINATION_ENDPOINT", itself + "/rehearsal/disk:e");
    pod(environment, paths);
    environment.put("IMPORTER_SOURCE", "");
    pod(environment, paths);
    Files.deleteIfExists(state);
    Files.delete(message);
    Files.delete(auth);
    Files.delete(folder);
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
  }

  private static void pod(Map<String, String> environment, PodPaths paths) {
    PodLog log = new PodLog(Terminal.nowhere().err(), Clock.systemUTC(), false);
    RetryPolicy once = RetryPolicy.within(Duration.ZERO);
    int ignored = new ImporterPod(environment, paths, log, once).run();
  }

  /** However it ends: all ways load something. */
  private static void command(String... arguments) {
    int ignored = Main.run(Terminal.nowhere(), arguments);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    long received = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    if (path.startsWith(IMAGE)) {
      byte[] body = path.equals(IMAGE) ? image : packed;
      exchange.getResponseHeaders().add("ETag", "\"1\"");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } else if (path.equals("/v2/")) {
      exchange.sendResponseHeaders(200, -1);
    } else {
      answerRegistry(exchange, received);
    }
    exchange.close();
  }

  /** As section numbers of the OCI distribution specification have it, with nothing behind it. */
  private static void answerRegistry(HttpExchange exchange, long received) throws IOException {
    int status =
        switch (exchange.getRequestMethod()) {
          case "POST", "PATCH" -> 202;
          case "PUT" -> 201;
          default -> 404;
        };
    if (status == 202) {
      exchange.getResponseHeaders().add("Location", "/v2/rehearsal/disk/blobs/uploads/1");
      exchange.getResponseHeaders().add("Range", "0-" + Math.max(0, received - 1));
    }
    exchange.sendResponseHeaders(status, -1);
  }
}
