package io.dvcr.contract;

/**
 * Why an import failed: the whole policy of what is tried again, how a program exits and how an
 * upload is answered. {@code docs/errors.md} is generated from it.
 */
public enum Reason {
  INVALID_CONFIGURATION(
      "InvalidConfiguration", false, 2, 0, "an option or a setting is wrong; each is named"),
  SOURCE_NOT_FOUND("SourceNotFound", false, 1, 0, "the source does not exist"),
  SOURCE_UNAUTHORIZED(
      "SourceUnauthorized",
      false,
      1,
      0,
      "the source may not be read: credentials, address rules or an untrusted certificate"),
  SOURCE_UNAVAILABLE(
      "SourceUnavailable", true, 75, 0, "the source can't be reached or broke off, all tries used"),
  SOURCE_CHANGED(
      "SourceChanged", true, 75, 0, "the source became another file while it was being read"),
  CHECKSUM_MISMATCH(
      "ChecksumMismatch", false, 1, 422, "the bytes received don't have the expected checksum"),
  UNSUPPORTED_FORMAT(
      "UnsupportedFormat", false, 1, 415, "a fine file of a format that is not read"),
  MALFORMED_IMAGE("MalformedImage", false, 1, 422, "the bytes contradict their format"),
  UNSAFE_IMAGE(
      "UnsafeImage",
      false,
      1,
      422,
      "the image needs something outside itself, or is two things at once"),
  LIMIT_EXCEEDED("LimitExceeded", false, 1, 413, "the image needs more than is allowed"),
  REGISTRY_UNAUTHORIZED(
      "RegistryUnauthorized", false, 1, 502, "the target does not let us: credentials or rights"),
  REGISTRY_REJECTED("RegistryRejected", false, 1, 502, "the target refuses what it was sent"),
  REGISTRY_UNAVAILABLE(
      "RegistryUnavailable",
      true,
      75,
      503,
      "the target can't be reached or broke off, all tries used"),
  REGISTRY_FULL("RegistryFull", true, 75, 507, "the target has no space left"),
  INTERRUPTED("Interrupted", true, 130, 503, "it was stopped from outside"),
  INTERNAL("Internal", false, 70, 500, "a bug of ours; the log has the stack trace");

  private final String id;
  private final boolean retryable;
  private final int exitCode;
  private final int uploadStatus;
  private final String meaning;

  Reason(String id, boolean retryable, int exitCode, int uploadStatus, String meaning) {
    this.id = id;
    this.retryable = retryable;
    this.exitCode = exitCode;
    this.uploadStatus = uploadStatus;
    this.meaning = meaning;
  }

  /** The name in JSON and in a resource's condition. */
  public String id() {
    return id;
  }

  /** Whether the same may succeed later. */
  public boolean retryable() {
    return retryable;
  }

  /** Exit code of a command. */
  public int exitCode() {
    return exitCode;
  }

  /** HTTP status that an upload is answered with; 0 where an upload can't fail so. */
  public int uploadStatus() {
    return uploadStatus;
  }

  public String meaning() {
    return meaning;
  }
}
