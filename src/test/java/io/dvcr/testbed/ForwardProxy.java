package io.dvcr.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A forward proxy (RFC 9110, section 7.6.1 and 9.3.6) that takes every host name for this machine:
 * what is asked for through it can't have been reached without it. One request a connection.
 */
public final class ForwardProxy implements AutoCloseable {
  private static final int MAX_LINE = 8192;

  private final ServerSocket socket;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private ForwardProxy(ServerSocket socket) {
    this.socket = socket;
  }

  /** Starts one on the loopback address. */
  public static ForwardProxy start() {
    try {
      ForwardProxy proxy =
          new ForwardProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** The first lines of the requests so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String line = line(client.getInputStream());
      requests.add(line);
      String[] words = line.split(" ", 3);
      boolean tunnel = words[0].equals("CONNECT");
      URI target = URI.create(tunnel ? "tunnel://" + words[1] : words[1]);
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target.getPort())) {
        if (tunnel) {
          while (!line(client.getInputStream()).isEmpty()) {
            // The rest of the head is for the proxy.
          }
          write(client, "HTTP/1.1 200 Connected\r\n\r\n");
        } else {
          String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
          write(server, words[0] + " " + target.getRawPath() + query + " HTTP/1.1\r\n");
        }
        Thread back = Thread.ofVirtual().start(() -> pump(server, client));
        pump(client, server);
        back.join();
      }
    } catch (IOException | InterruptedException e) {
      // The client sees the cut.
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // The other side went.
    }
  }

  private static void write(Socket to, String text) throws IOException {
    OutputStream out = to.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
      if (each != '\r') {
        line.append((char) each);
      }
      if (line.length() > MAX_LINE) {
        throw new IOException("a line of more than " + MAX_LINE + " characters");
      }
    }
    return line.toString();
  }
}
