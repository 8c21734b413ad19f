package io.dvcr.contract;

/**
 * Why an import failed: the whole policy of what is tried again, how a program exits and how an
 * upload is answered. {@code docs/errors.md} is generated from it.
 */
public enum Reason {
  INVALID_CONFIGURATION(
      "InvalidConfiguration",
      false,
      2,
      0,
      "an option or a setting is wrong; each is named",
      "each wrong option, its value unless it may be secret, and what is allowed"),
  SOURCE_NOT_FOUND(
      "SourceNotFound",
      false,
      1,
      0,
      "the source does not exist",
      "the source, a URL without user, password and query values, and what its server said"),
  SOURCE_UNAUTHORIZED(
      "SourceUnauthorized",
      false,
      1,
      0,
      "the source may not be read: credentials, address rules or an untrusted certificate",
      "the same, and what would be trusted or needed"),
  SOURCE_UNAVAILABLE(
      "SourceUnavailable",
      true,
      75,
      0,
      "the source can't be reached or broke off, all tries used",
      "the source, what happened, and how often it was tried"),
  SOURCE_CHANGED(
      "SourceChanged",
      true,
      75,
      0,
      "the source became another file while it was being read",
      "the source and how it showed"),
  CHECKSUM_MISMATCH(
      "ChecksumMismatch",
      false,
      1,
      422,
      "the bytes received don't have the expected checksum",
      "algorithm, expected and found sum"),
  UNSUPPORTED_FORMAT(
      "UnsupportedFormat",
      false,
      1,
      415,
      "a fine file of a format that is not read",
      "the format, the rule, and how to convert the image"),
  MALFORMED_IMAGE(
      "MalformedImage",
      false,
      1,
      422,
      "the bytes contradict their format",
      "what is wrong, the rule, and at which byte"),
  UNSAFE_IMAGE(
      "UnsafeImage",
      false,
      1,
      422,
      "the image needs something outside itself, or is two things at once",
      "what is unsafe, the rule, and how to make it safe"),
  LIMIT_EXCEEDED(
      "LimitExceeded",
      false,
      1,
      413,
      "the image needs more than is allowed",
      "which limit, and what needs more of it"),
  OUTPUT_UNWRITABLE(
      "OutputUnwritable",
      false,
      1,
      0,
      "an export can't write where it was told to",
      "the file, why it can't be written, and what to name instead"),
  REGISTRY_UNAUTHORIZED(
      "RegistryUnauthorized",
      false,
      1,
      502,
      "the target does not let us: credentials or rights",
      "what was to be done there, what the registry said, and how to log in"),
  REGISTRY_REJECTED(
      "RegistryRejected",
      false,
      1,
      502,
      "the target refuses what it was sent",
      "what was to be done there, and what the registry said"),
  REGISTRY_UNAVAILABLE(
      "RegistryUnavailable",
      true,
      75,
      503,
      "the target can't be reached or broke off, all tries used",
      "the same, and how often it was tried"),
  REGISTRY_FULL("RegistryFull", true, 75, 507, "the target has no space left", "the same"),
  INTERRUPTED(
      "Interrupted",
      true,
      130,
      503,
      "it was stopped from outside",
      "that it was stopped, and whether something may have been published"),
  INTERNAL(
      "Internal",
      false,
      70,
      500,
      "a bug of dvcr",
      "that it is a bug of dvcr, with the stack trace");

  private final String id;
  private final boolean retryable;
  private final int exitCode;
  private final int uploadStatus;
  private final String meaning;
  private final String told;

  Reason(
      String id, boolean retryable, int exitCode, int uploadStatus, String meaning, String told) {
    this.id = id;
    this.retryable = retryable;
    this.exitCode = exitCode;
    this.uploadStatus = uploadStatus;
    this.meaning = meaning;
    this.told = told;
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

  /** What happened. */
  public String meaning() {
    return meaning;
  }

  /** What the message of such a failure has in it. */
  public String told() {
    return told;
  }
}
