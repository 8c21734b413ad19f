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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why an import failed, as a user is told: one sentence without secrets that says what failed, on
 * what, why, and what to do. Where the last is a setting, the front that tells it has the words.
 */
public final class ImportException extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final @Nullable String rule;
  private final @Nullable Long offset;
  private final @Nullable Remedy remedy;

  public ImportException(Reason reason, String message) {
    this(reason, message, null, null, null, null);
  }

  private ImportException(
      Reason reason,
      String message,
      @Nullable String rule,
      @Nullable Long offset,
      @Nullable Remedy remedy,
      @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.rule = rule;
    this.offset = offset;
    this.remedy = remedy;
  }

  public Reason reason() {
    return reason;
  }

  /** The rule that refused the image, if one did. */
  public Optional<String> rule() {
    return Optional.ofNullable(rule);
  }

  /**
   * The whole sentence.
   *
   * @param words how the front says what to do
   */
  public String told(Function<Remedy, String> words) {
    return getMessage() + (remedy == null ? "" : "; " + words.apply(remedy));
  }

  /** The same as a program reads it. */
  public ImportFailure toFailure(Function<Remedy, String> words) {
    return new ImportFailure(reason.id(), told(words), rule, offset, reason.retryable());
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
              null,
              mismatch);
      case VirtualSizeException limit ->
          settable(
              Reason.LIMIT_EXCEEDED,
              source + " is refused: " + limit.getMessage(),
              Remedy.ALLOW_VIRTUAL_SIZE,
              limit);
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
      case SourceException unreadable -> unreadable(unreadable);
      case MalformedManifestException broken ->
          plain(
              Reason.SOURCE_NOT_FOUND,
              "%s can't be read: its manifest is broken, %s; push it again"
                  .formatted(source, broken.getMessage()),
              broken);
      case RegistryException refused -> refused(refused);
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
    return new ImportException(
        told.reason(),
        "%s; published already as %s"
            .formatted(told.getMessage(), String.join(", ", partly.tags())),
        null,
        null,
        told.remedy,
        partly);
  }

  private static ImportException interrupted(String source, IOException cause) {
    return plain(
        Reason.INTERRUPTED,
        "stopped while " + source + " was read or stored; nothing was published",
        cause);
  }

  private static ImportException plain(Reason reason, String message, Throwable cause) {
    return new ImportException(reason, message, null, null, null, cause);
  }

  private static ImportException settable(
      Reason reason, String message, Remedy remedy, Throwable cause) {
    return new ImportException(reason, message, null, null, remedy, cause);
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
    return new ImportException(reason, message, refused.rule().name(), offset, null, refused);
  }

  private static Reason reason(RegistryException refused) {
    return switch (refused.kind()) {
      case NOT_FOUND, REJECTED -> Reason.REGISTRY_REJECTED;
      case UNAUTHORIZED -> Reason.REGISTRY_UNAUTHORIZED;
      case UNAVAILABLE -> Reason.REGISTRY_UNAVAILABLE;
      case FULL -> Reason.REGISTRY_FULL;
    };
  }

  private static ImportException refused(RegistryException refused) {
    String sentence =
        "can't " + refused.action() + ": " + refused.getMessage() + refused.triesTold();
    if (refused.kind() == RegistryException.Kind.UNAUTHORIZED) {
      return settable(reason(refused), sentence, Remedy.LOG_IN, refused);
    }
    if (refused.kind() == RegistryException.Kind.REJECTED && isUntrusted(refused)) {
      Remedy remedy = wantsOurs(refused) ? Remedy.SHOW_CERTIFICATE : Remedy.TRUST_TARGET;
      return settable(reason(refused), sentence, remedy, refused);
    }
    return plain(reason(refused), sentence + "; " + advice(refused), refused);
  }

  private static String advice(RegistryException refused) {
    return switch (refused.kind()) {
      case NOT_FOUND, UNAUTHORIZED -> "check the name";
      case REJECTED -> adviceAfterRejection(refused);
      case UNAVAILABLE -> isUnknownHost(refused) ? "check the name" : "try again later";
      case FULL -> "free some space there";
    };
  }

  private static String adviceAfterRejection(RegistryException refused) {
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

  private static ImportException unreadable(SourceException unreadable) {
    String sentence = String.valueOf(unreadable.getMessage());
    if (unreadable.reason() == Reason.SOURCE_UNAUTHORIZED && !isNoTls(unreadable)) {
      boolean blocked = unreadable.getCause() instanceof BlockedAddressException;
      if (blocked || isUntrusted(unreadable)) {
        Remedy remedy = blocked ? Remedy.ALLOW_ADDRESS : Remedy.TRUST_SOURCE;
        return settable(unreadable.reason(), sentence, remedy, unreadable);
      }
    }
    return plain(unreadable.reason(), sentence + "; " + advice(unreadable), unreadable);
  }

  private static String advice(SourceException unreadable) {
    return switch (unreadable.reason()) {
      case SOURCE_NOT_FOUND ->
          isDamaged(unreadable) ? "it has to be imported again" : "check the name";
      case SOURCE_UNAUTHORIZED ->
          isNoTls(unreadable)
              ? "write http:// if that is what it speaks"
              : "give credentials that it accepts";
      case SOURCE_CHANGED -> "try again once nobody writes to it";
      default -> isUnknownHost(unreadable) ? "check the name" : "try again later";
    };
  }
}
