package io.dvcr.testbed;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/**
 * A small HTTP/1.1 server on the loopback address that can be told to fail: to cut, reset or stall
 * a connection at any byte, to answer early, and to say what is not so. A thread a connection.
 */
public final class ScriptedHttpServer implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int BACKLOG = 50; // as ServerSocket's default

  /** What the server serves. */
  @FunctionalInterface
  public interface Responder {
    /** Reads the request's body, if it wants to, and answers. */
    void answer(Exchange exchange) throws IOException;
  }

  private final ServerSocket listener;
  private final String scheme;
  private final Responder responder;
  private final Faults faults = new Faults();
  private final List<Request> requests = new ArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ScriptedHttpServer(ServerSocketFactory sockets, String scheme, Responder responder) {
    try {
      this.listener = sockets.createServerSocket(0, BACKLOG, LOOPBACK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.scheme = scheme;
    this.responder = responder;
    Thread.ofVirtual().name("http-accept").start(this::accept);
  }

  /** Serves on a free port. */
  public static ScriptedHttpServer start(Responder responder) {
    return new ScriptedHttpServer(ServerSocketFactory.getDefault(), "http", responder);
  }

  /** Serves over TLS, with the certificate for the loopback address. */
  public static ScriptedHttpServer startTls(ServerCertificate certificate, Responder responder) {
    return new ScriptedHttpServer(
        certificate.serverContext().getServerSocketFactory(), "https", responder);
  }

  /** The same, asking every client for a certificate; those that have none are served, too. */
  public static ScriptedHttpServer startTlsThatAsks(
      ServerCertificate certificate, Responder responder) {
    return new ScriptedHttpServer(
        new AskingSockets(certificate.serverContext()), "https", responder);
  }

  /** Host and port. */
  public String authority() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Where something is served; the path begins with a slash and may have a query. */
  public URI uri(String path) {
    return URI.create(scheme + "://" + authority() + path);
  }

  public Faults faults() {
    return faults;
  }

  /** All requests so far, in the order in which their heads were read. */
  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The requests with this method ({@code *} for any) in whose path the expression is found. */
  public List<Request> requests(String method, String pathPattern) {
    Pattern pattern = Pattern.compile(pathPattern);
    return requests().stream()
        .filter(request -> method.equals("*") || method.equals(request.method()))
        .filter(request -> pattern.matcher(request.path()).find())
        .toList();
  }

  /** Connections that are open now. */
  public int openConnections() {
    return connections.size();
  }

  /** Ends every connection, stalled ones included. */
  @Override
  public void close() {
    closed.countDown();
    closeQuietly(listener);
    connections.forEach(ScriptedHttpServer::closeQuietly);
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket socket = listener.accept();
        connections.add(socket);
        Thread.ofVirtual().name("http-connection").start(() -> serve(socket));
      } catch (IOException e) {
        return; // the listener was closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
      Optional<Request> request = HeadReader.next(in);
      while (request.isPresent() && exchange(request.get(), socket, in, out)) {
        request = HeadReader.next(in);
      }
    } catch (IOException e) {
      // The client went away, or is no client: nobody is left to be told.
    } finally {
      connections.remove(socket);
    }
  }

  private boolean exchange(Request request, Socket socket, InputStream in, OutputStream out)
      throws IOException {
    synchronized (requests) {
      requests.add(request);
    }
    Exchange exchange = new Exchange(request, socket, in, out, faults, closed);
    try {
      exchange.begun();
      responder.answer(exchange);
    } catch (Exchange.Ended e) {
      if (e.connectionGone) {
        return false;
      }
    } catch (RuntimeException e) {
      if (exchange.answered()) {
        throw e;
      }
      exchange.answer(500, Map.of(), e.toString().getBytes(StandardCharsets.UTF_8));
    }
    if (exchange.finished()) {
      return true;
    }
    Lingering.close(socket);
    return false;
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed for us either way.
    }
  }
}
