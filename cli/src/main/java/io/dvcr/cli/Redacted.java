package io.dvcr.cli;

import io.dvcr.registry.http.Uris;

/** A source as it was given, without what may be a secret. */
final class Redacted {
  private Redacted() {}

  static String of(String source) {
    return Location.source(source) instanceof Location.Web(var uri) ? Uris.redacted(uri) : source;
  }
}
