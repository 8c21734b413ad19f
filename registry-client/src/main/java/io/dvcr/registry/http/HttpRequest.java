package io.dvcr.registry.http;

import java.net.URI;

/** The head of a request. */
public record HttpRequest(String method, URI uri, Headers headers) {
  public static HttpRequest of(String method, URI uri) {
    return new HttpRequest(method, uri, Headers.NONE);
  }

  /** A copy with this field alone under its name. */
  public HttpRequest with(String name, String value) {
    return new HttpRequest(method, uri, headers.with(name, value));
  }

  /** {@code GET https://host/path?…}, for messages. */
  @Override
  public String toString() {
    return method + " " + Uris.redacted(uri);
  }
}
