package io.dvcr.registry;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a registry or a layout folder did not do. */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1;

  /** The code of content that is not what its digest says (OCI distribution spec, code-4). */
  public static final String DIGEST_INVALID = "DIGEST_INVALID";

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

  private final String message;
  private final Kind kind;
  private final String action;
  private final int status;
  private final String code;
  private String detail = "";
  private Duration retryAfter = Duration.ZERO;
  private boolean hopeless;
  private boolean challenge;
  private boolean uploadLost;
  private int tries;

  /**
   * @param kind what it means
   * @param action what was tried on what: {@code push a blob to docker://host/name}
   * @param status the HTTP status, 0 if there was no answer
   * @param code the registry's error code (OCI distribution spec, "Error Codes"), empty if none
   * @param message what the registry said, or why there was no answer
   */
  public RegistryException(Kind kind, String action, int status, String code, String message) {
    super(message);
    this.message = message;
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

  /** What the registry said beside its message, JSON of the registry's own kind; empty if none. */
  public String detail() {
    return detail;
  }

  RegistryException withDetail(String json) {
    detail = json;
    return this;
  }

  /** How long the registry asked to wait. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** How often it was tried again before this was thrown, for a message; empty if never. */
  public String triesTold() {
    return Retries.told(tries);
  }

  /**
   * Whether trying the same at once can help. A registry that was never reached is not tried again,
   * though it may be there later: a mistyped name should be told at once.
   */
  boolean retryable() {
    return kind == Kind.UNAVAILABLE && !hopeless;
  }

  /** The same as something that won't be granted. */
  RegistryException rejected() {
    return new RegistryException(Kind.REJECTED, action, status, code, message);
  }

  /**
   * Whether an upload can't be continued, but the same blob may succeed from its first byte on: for
   * a caller who can make it again.
   */
  public boolean uploadLost() {
    return uploadLost;
  }

  RegistryException asUploadLost() {
    uploadLost = true;
    hopeless = true;
    return this;
  }

  RegistryException withRetryAfter(Duration asked) {
    retryAfter = asked;
    return this;
  }

  RegistryException because(@Nullable IOException cause, boolean tryingAgainIsUseless) {
    initCause(cause);
    hopeless = tryingAgainIsUseless;
    return this;
  }

  /** Whether this is a challenge that was answered: the same may be tried at once. */
  boolean isChallenge() {
    return challenge;
  }

  RegistryException answeredChallenge() {
    challenge = true;
    return this;
  }

  RegistryException afterTries(int count) {
    tries = count;
    return this;
  }
}
