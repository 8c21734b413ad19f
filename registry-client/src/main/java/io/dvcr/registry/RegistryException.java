package io.dvcr.registry;

import java.io.IOException;

/** What a registry or a layout folder did not do. */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1;

  /** What it means for the caller. */
  public enum Kind {
    /** There is no such manifest, blob or repository. */
    NOT_FOUND,
    /** Credentials are missing, wrong or not enough. */
    UNAUTHORIZED,
    /** The request can't be granted, now or later. */
    REJECTED,
    /** Not reachable or not working right now. */
    UNAVAILABLE,
    /** It has no space left. */
    FULL
  }

  private final Kind kind;
  private final String action;
  private final int status;
  private final String code;

  /**
   * @param kind what it means
   * @param action what was tried on what: {@code push a blob to docker://host/name}
   * @param status the HTTP status, 0 if there was no answer
   * @param code the registry's error code (OCI distribution spec, "Error Codes"), empty if none
   * @param message what the registry said, or why there was no answer
   */
  public RegistryException(Kind kind, String action, int status, String code, String message) {
    super(message);
    this.kind = kind;
    this.action = action;
    this.status = status;
    this.code = code;
  }

  public Kind kind() {
    return kind;
  }

  public String action() {
    return action;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** Whether trying the same again later can help. */
  public boolean retryable() {
    return kind == Kind.UNAVAILABLE || kind == Kind.FULL;
  }
}
