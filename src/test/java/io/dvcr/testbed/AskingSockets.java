package io.dvcr.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Server sockets for TLS that ask every client for a certificate, and serve those without one. */
final class AskingSockets extends ServerSocketFactory {
  private final ServerSocketFactory sockets;

  AskingSockets(SSLContext context) {
    this.sockets = context.getServerSocketFactory();
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return asking(sockets.createServerSocket(port));
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return asking(sockets.createServerSocket(port, backlog));
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    return asking(sockets.createServerSocket(port, backlog, address));
  }

  private static ServerSocket asking(ServerSocket socket) {
    ((SSLServerSocket) socket).setWantClientAuth(true);
    return socket;
  }
}
