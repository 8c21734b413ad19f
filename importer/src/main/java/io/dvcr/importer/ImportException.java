package io.dvcr.importer;

import io.dvcr.contract.ImportFailure;
import io.dvcr.contract.Reason;
import io.dvcr.formats.ImageRefusedException;
import io.dvcr.registry.MalformedManifestException;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.http.BlockedAddressException;
import io.dvcr.registry.http.NoTlsException;
import io.dvcr.registry.http.UntrustedCertificateException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an import failed, as a user is told: the message is one sentence without secrets that says
 * what failed, on what, why, and what to do.
 */
public final class ImportException extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final @Nullable String rule;
  private final @Nullable Long offset;

  public ImportException(Reason reason, String message) {
    this(reason, message, null, null, null);
  }

  private ImportException(
      Reason reason,
      String message,
      @Nullable String rule,
      @Nullable Long offset,
      @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.rule = rule;
    this.offset = offset;
  }

  public Reason reason() {
    return reason;
  }

  /** The rule that refused the image, if one did. */
  public Optional<String> rule() {
    return Optional.ofNullable(rule);
  }

  /** The same as a program reads it. */
  public ImportFailure toFailure() {
    return new ImportFailure(
        reason.id(), String.valueOf(getMessage()), rule, offset, reason.retryable());
  }

  /**
   * The one place where causes become reasons.
   *
   * @param source what was read
   */
  public static ImportException of(String source, IOException cause) {
    return switch (cause) {
      case ImageRefusedException refused -> refused(source, refused);
      case ChecksumMismatchException mismatch ->
          new ImportException(
              Reason.CHECKSUM_MISMATCH,
              source
                  + " is not what was expected, "
                  + mismatch.getMessage()
                  + "; check the sum and the file at its source",
              null,
              null,
              mismatch);
      case VirtualSizeException limit ->
          plain(Reason.LIMIT_EXCEEDED, source + " is refused: " + limit.getMessage(), limit);
      case NotRepeatableException once ->
          plain(Reason.LIMIT_EXCEEDED, String.valueOf(once.getMessage()), once);
      case OutputException output ->
          plain(
              Reason.OUTPUT_UNWRITABLE,
              output.getMessage()
                  + (output.readerIsGone()
                      ? "; whoever read it ended before the image did"
                      : "; free some space or name another file"),
              output);
      case PartlyPublishedException partly -> partly(of(source, partly.failure()), partly);
      case SourceException unreadable ->
          plain(unreadable.reason(), sentence(unreadable), unreadable);
      case MalformedManifestException broken ->
          plain(
              Reason.SOURCE_NOT_FOUND,
              "%s can't be read: its manifest is broken, %s; push it again"
                  .formatted(source, broken.getMessage()),
              broken);
      case RegistryException refused -> plain(reason(refused), sentence(refused), refused);
      case InterruptedIOException interrupted -> interrupted(source, interrupted);
      case ClosedByInterruptException interrupted -> interrupted(source, interrupted);
      default ->
          plain(
              Reason.INTERNAL,
              "the import of " + source + " failed for a reason that we did not foresee: " + cause,
              cause);
    };
  }

  /** Stopped while the answer to the manifest was awaited: nobody here knows how that ended. */
  static ImportException whilePublishing(String source, String target, IOException cause) {
    return plain(
        Reason.INTERRUPTED,
        "the import of %s was stopped while its manifest was being put; look whether %s has it"
            .formatted(source, target),
        cause);
  }

  private static ImportException partly(ImportException told, PartlyPublishedException partly) {
    return plain(
        told.reason(),
        "%s; published already as %s"
            .formatted(told.getMessage(), String.join(", ", partly.tags())),
        partly);
  }

  private static ImportException interrupted(String source, IOException cause) {
    return plain(
        Reason.INTERRUPTED,
        "stopped while " + source + " was read or stored; nothing was published",
        cause);
  }

  private static ImportException plain(Reason reason, String message, Throwable cause) {
    return new ImportException(reason, message, null, null, cause);
  }

  private static ImportException refused(String source, ImageRefusedException refused) {
    Reason reason =
        switch (refused.kind()) {
          case MALFORMED -> Reason.MALFORMED_IMAGE;
          case UNSUPPORTED -> Reason.UNSUPPORTED_FORMAT;
          case UNSAFE -> Reason.UNSAFE_IMAGE;
          case LIMIT -> Reason.LIMIT_EXCEEDED;
        };
    String place = refused.offset().isPresent() ? ", byte " + refused.offset().getAsLong() : "";
    String message =
        "%s is refused: %s (rule %s%s); %s"
            .formatted(
                source, refused.getMessage(), refused.rule(), place, refused.rule().remedy());
    Long offset = refused.offset().isPresent() ? refused.offset().getAsLong() : null;
    return new ImportException(reason, message, refused.rule().name(), offset, refused);
  }

  private static Reason reason(RegistryException refused) {
    return switch (refused.kind()) {
      case NOT_FOUND, REJECTED -> Reason.REGISTRY_REJECTED;
      case UNAUTHORIZED -> Reason.REGISTRY_UNAUTHORIZED;
      case UNAVAILABLE -> Reason.REGISTRY_UNAVAILABLE;
      case FULL -> Reason.REGISTRY_FULL;
    };
  }

  private static String sentence(RegistryException refused) {
    String remedy =
        switch (refused.kind()) {
          case NOT_FOUND -> "check the name";
          case UNAUTHORIZED -> "log in with docker login or name a file with --auth-file";
          case REJECTED -> remedyOfRejection(refused);
          case UNAVAILABLE -> isUnknownHost(refused) ? "check the name" : "try again later";
          case FULL -> "free some space there";
        };
    return "can't "
        + refused.action()
        + ": "
        + refused.getMessage()
        + refused.triesTold()
        + "; "
        + remedy;
  }

  private static String remedyOfRejection(RegistryException refused) {
    if (wantsOurs(refused)) {
      return "show a certificate that it knows with --client-cert and --client-key";
    }
    if (isUntrusted(refused)) {
      return "name its authority's certificate with --ca, or trust everyone with --insecure";
    }
    if (refused.getCause() instanceof FileSystemException) {
      return "name a folder that can be written";
    }
    // Nobody answered: what is stored is damaged.
    return refused.status() == 0 ? "import it again" : "see what the registry says";
  }

  /** The alerts of RFC 8446, section 6.2, for a client without the certificate it should have. */
  private static boolean wantsOurs(IOException e) {
    String said = String.valueOf(e.getMessage());
    return isUntrusted(e)
        && (said.contains("certificate_required") || said.contains("bad_certificate"));
  }

  private static boolean isUntrusted(IOException e) {
    return e.getCause() instanceof UntrustedCertificateException;
  }

  private static boolean isNoTls(IOException e) {
    return e.getCause() instanceof NoTlsException;
  }

  /** Content that is not what its digest says. */
  private static boolean isDamaged(IOException e) {
    return e.getCause() instanceof RegistryException refused
        && refused.code().equals(RegistryException.DIGEST_INVALID);
  }

  private static boolean isUnknownHost(IOException e) {
    return e.getCause() instanceof UnknownHostException;
  }

  private static String sentence(SourceException unreadable) {
    String remedy =
        switch (unreadable.reason()) {
          case SOURCE_NOT_FOUND ->
              isDamaged(unreadable) ? "it has to be imported again" : "check the name";
          case SOURCE_UNAUTHORIZED ->
              unreadable.getCause() instanceof BlockedAddressException
                  ? "name another source, or allow the address with --allow-address"
                  : isNoTls(unreadable)
                      ? "write http:// if that is what it speaks"
                      : isUntrusted(unreadable)
                          ? "name its authority's certificate with --source-ca, or trust everyone with"
                              + " --insecure-source"
                          : "give credentials that it accepts";
          case SOURCE_CHANGED -> "try again once nobody writes to it";
          default -> isUnknownHost(unreadable) ? "check the name" : "try again later";
        };
    return unreadable.getMessage() + "; " + remedy;
  }
}
