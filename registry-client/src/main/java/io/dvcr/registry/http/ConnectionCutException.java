package io.dvcr.registry.http;

import java.io.IOException;

/** A connection that ended, or stood still, in the middle of a message. */
public final class ConnectionCutException extends IOException {
  private static final long serialVersionUID = 1;

  ConnectionCutException(String message, Throwable cause) {
    super(message, cause);
  }

  ConnectionCutException(String message) {
    super(message);
  }
}
