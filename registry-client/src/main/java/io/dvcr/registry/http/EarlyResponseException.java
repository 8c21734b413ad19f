package io.dvcr.registry.http;

import java.io.IOException;

/** The server answered while the body was still being sent. */
public final class EarlyResponseException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient HttpResponse response;

  EarlyResponseException(HttpResponse response) {
    super("answered " + response.status() + " before the whole body was sent");
    this.response = response;
  }

  /** The answer; whoever catches this closes it. */
  public HttpResponse response() {
    return response;
  }
}
