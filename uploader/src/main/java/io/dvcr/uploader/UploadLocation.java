package io.dvcr.uploader;

import java.util.Optional;

/**
 * Where an upload can be continued. Its id is in the query, for below a proxy with an exact path
 * nothing else arrives.
 */
final class UploadLocation {
  static final String PARAMETER = "id";

  /** How proxies that rewrite a path tell the one they got. */
  private static final String[] ORIGINAL_PATH = {
    "X-Original-URI", "X-Envoy-Original-Path", "X-Forwarded-Uri"
  };

  private final Optional<String> publicUrl;

  /**
   * @param publicUrl of the page on which files are uploaded, as clients see it
   */
  UploadLocation(Optional<String> publicUrl) {
    this.publicUrl = publicUrl;
  }

  /** Absolute if it can be known how the client came here, else relative (RFC 3986, section 5). */
  String of(Upload upload, UploadExchange exchange) {
    return publicUrl.or(() -> forwarded(exchange)).orElse("") + "?" + PARAMETER + "=" + upload.id();
  }

  private static Optional<String> forwarded(UploadExchange exchange) {
    Optional<String> host = exchange.header("X-Forwarded-Host");
    Optional<String> scheme = exchange.header("X-Forwarded-Proto");
    for (String name : ORIGINAL_PATH) {
      Optional<String> path = exchange.header(name).filter(text -> text.startsWith("/"));
      if (host.isPresent() && scheme.isPresent() && path.isPresent()) {
        String plain = path.get().replaceFirst("[?#].*", "");
        return Optional.of(scheme.get() + "://" + host.get() + plain);
      }
    }
    return Optional.empty();
  }
}
