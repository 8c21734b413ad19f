package io.dvcr.registry.http;

import java.io.IOException;

/** Redirects that don't end at a resource. */
public final class RedirectException extends IOException {
  private static final long serialVersionUID = 1;

  RedirectException(String message) {
    super(message);
  }
}
