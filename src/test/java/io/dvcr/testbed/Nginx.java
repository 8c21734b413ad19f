package io.dvcr.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** nginx on the loopback address, which serves a folder or stands before another server. */
public final class Nginx implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral(HOST);

  /** Another program may take the port that was just free. */
  private static final int TRIES = 5;

  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Pattern STARTED = Pattern.compile("getrlimit\\(RLIMIT_NOFILE\\)");

  private final RunningProgram running;
  private final String scheme;
  private final String authority;

  private Nginx(RunningProgram running, String scheme, String authority) {
    this.running = running;
    this.scheme = scheme;
    this.authority = authority;
  }

  /**
   * Serves a folder over HTTP.
   *
   * @param folder for its configuration and temporary files
   * @param served what is served
   */
  public static Nginx start(Path folder, Path served) {
    return start(folder, HOST, Optional.empty(), root(served), List.of());
  }

  /** Serves a folder over HTTPS. */
  public static Nginx startTls(Path folder, Path served, ServerCertificate certificate) {
    return start(folder, HOST, Optional.of(certificate), root(served), List.of());
  }

  /**
   * Serves a folder in the network of a sandbox, so many bytes a second at most on a connection.
   */
  public static Nginx startIn(PodSandbox sandbox, Path folder, Path served, int bytesPerSecond) {
    String slow = "limit_rate " + bytesPerSecond + ";";
    return start(folder, HOST, Optional.empty(), slow + root(served), sandbox.inNetwork());
  }

  /** The same at an address of the sandbox, with TLS if there is a certificate. */
  public static Nginx startIn(
      PodSandbox sandbox,
      Path folder,
      Path served,
      String host,
      Optional<ServerCertificate> certificate) {
    return start(folder, host, certificate, root(served), sandbox.inNetwork());
  }

  /**
   * Stands before a server that speaks HTTP.
   *
   * @param upstream its host and port
   * @param directives of nginx, about what it lets through
   */
  public static Nginx startProxy(Path folder, String upstream, String directives) {
    String server =
        """
        %s
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        location / { proxy_pass http://%s; }
        """
            .formatted(directives, upstream);
    return start(folder, HOST, Optional.empty(), server, List.of());
  }

  private static String root(Path served) {
    return "root " + served.toAbsolutePath() + ";";
  }

  public URI uri(String path) {
    return URI.create(scheme + "://" + authority + path);
  }

  /** Host and port. */
  public String authority() {
    return authority;
  }

  /** Waits until a line of its log has the pattern. */
  public void awaitLog(Pattern pattern) {
    MatchResult ignored = running.awaitLine(pattern, TO_START);
  }

  /** The last lines of its log. */
  public String log() {
    return running.log();
  }

  @Override
  public void close() {
    running.close();
  }

  private static Nginx start(
      Path folder,
      String host,
      Optional<ServerCertificate> certificate,
      String server,
      List<String> prefix) {
    String scheme = certificate.isPresent() ? "https" : "http";
    String tls =
        certificate
            .map(c ->
                "ssl_certificate %s; ssl_certificate_key %s;"
                    .formatted(c.certificateFile(), c.keyFile()))
            .orElse("");
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(Parts.require("nginx").toString(), "-p", folder + "/", "-e", "stderr"));
    String log = "";
    for (int i = 0; i < TRIES; i++) {
      String authority = host + ":" + freePort();
      String listen = authority + (certificate.isPresent() ? " ssl" : "");
      Path config = write(folder, config(listen, tls + server));
      List<String> all = new ArrayList<>(command);
      all.addAll(List.of("-c", config.toString()));
      RunningProgram running = RunningProgram.start(folder, all);
      if (listens(running)) {
        return new Nginx(running, scheme, authority);
      }
      running.close();
      log = running.log();
    }
    throw new AssertionError("nginx does not start\n" + log);
  }

  private static String config(String listen, String server) {
    // One process: it ends with the test whatever happens to it.
    return """
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr notice;
    events {}
    http {
      access_log off;
      default_type application/octet-stream;
      client_body_temp_path temporary/body;
      proxy_temp_path temporary/proxy;
      fastcgi_temp_path temporary/fastcgi;
      uwsgi_temp_path temporary/uwsgi;
      scgi_temp_path temporary/scgi;
      server {
        listen %s;
        %s
      }
    }
    """
        .formatted(listen, server);
  }

  private static Path write(Path folder, String config) {
    try {
      Files.createDirectories(folder.resolve("temporary"));
      return Files.writeString(folder.resolve("nginx.conf"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its first words come when it has bound its port (ngx_init_cycle, ngx_os_status). */
  private static boolean listens(RunningProgram running) {
    try {
      MatchResult ignored = running.awaitLine(STARTED, TO_START);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }
}
