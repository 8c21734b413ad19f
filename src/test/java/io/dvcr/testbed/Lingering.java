package io.dvcr.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * Closes a connection whose client may still be sending: without reading on, the operating system
 * would answer with a reset, and the client could lose what was sent to it (RFC 9112, section 9.6).
 */
final class Lingering {
  /** Enough for what is on its way on loopback; a client that goes on sending gets its reset. */
  private static final long MAX_BYTES = 4 << 20;

  private static final int MAX_SILENCE_MILLIS = 500;

  private Lingering() {}

  static void close(Socket socket) throws IOException {
    try (socket) {
      socket.shutdownOutput();
      socket.setSoTimeout(MAX_SILENCE_MILLIS);
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 << 10];
      long read = 0;
      for (int n = in.read(buffer); n >= 0 && read < MAX_BYTES; n = in.read(buffer)) {
        read += n;
      }
    } catch (SocketTimeoutException e) {
      // The client sends nothing more: nothing can be lost.
    }
  }
}
