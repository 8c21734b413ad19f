package io.dvcr.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** nginx on the loopback address, which serves a folder. */
public final class Nginx implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** Another program may take the port that was just free. */
  private static final int TRIES = 5;

  private static final Duration TO_START = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private final RunningProgram running;
  private final String scheme;
  private final int port;

  private Nginx(RunningProgram running, String scheme, int port) {
    this.running = running;
    this.scheme = scheme;
    this.port = port;
  }

  /**
   * Serves a folder over HTTP.
   *
   * @param folder for its configuration and temporary files
   * @param served what is served
   */
  public static Nginx start(Path folder, Path served) {
    return start(folder, served, Optional.empty());
  }

  /** Serves a folder over HTTPS. */
  public static Nginx startTls(Path folder, Path served, ServerCertificate certificate) {
    return start(folder, served, Optional.of(certificate));
  }

  public URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port + path);
  }

  /** The last lines of its log. */
  public String log() {
    return running.log();
  }

  @Override
  public void close() {
    running.close();
  }

  private static Nginx start(Path folder, Path served, Optional<ServerCertificate> certificate) {
    String program = Parts.require("nginx").toString();
    String scheme = certificate.isPresent() ? "https" : "http";
    String log = "";
    for (int i = 0; i < TRIES; i++) {
      int port = freePort();
      Path config = write(folder, config(port, served, certificate));
      RunningProgram running =
          RunningProgram.start(
              folder,
              List.of(program, "-p", folder + "/", "-e", "stderr", "-c", config.toString()));
      if (listens(running, port)) {
        return new Nginx(running, scheme, port);
      }
      running.close();
      log = running.log();
    }
    throw new AssertionError("nginx does not start\n" + log);
  }

  private static String config(int port, Path served, Optional<ServerCertificate> certificate) {
    String listen = "listen 127.0.0.1:" + port + (certificate.isPresent() ? " ssl;" : ";");
    String tls =
        certificate
            .map(c ->
                "ssl_certificate %s; ssl_certificate_key %s;"
                    .formatted(c.certificateFile(), c.keyFile()))
            .orElse("");
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
        %s
        %s
        root %s;
      }
    }
    """
        .formatted(listen, tls, served.toAbsolutePath());
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

  /** nginx does not say when it listens, so it is asked, for a bounded time. */
  private static boolean listens(RunningProgram running, int port) {
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (running.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket(LOOPBACK, port)) {
        return socket.isConnected();
      } catch (IOException e) {
        pause();
      }
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for nginx", e);
    }
  }
}
