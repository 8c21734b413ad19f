package io.dvcr.registry;

import java.io.IOException;

/** A manifest, index or config whose bytes contradict the OCI image spec. */
public final class MalformedManifestException extends IOException {
  private static final long serialVersionUID = 1;

  public MalformedManifestException(String message) {
    super(message);
  }
}
