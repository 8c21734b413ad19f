package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.Reason;
import io.dvcr.importer.ImportException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What all ways to upload have in common: beginning one, and saying how it ended. */
final class UploadDesk {
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int BUSY = 503;

  /** Seconds after which it is worth asking again. */
  static final String RETRY_AFTER = "10";

  private final UploadServerOptions options;
  private final UploadSlot slot;
  private final UploadTarget target;

  UploadDesk(UploadServerOptions options, UploadSlot slot, UploadTarget target) {
    this.options = options;
    this.slot = slot;
    this.target = target;
  }

  /**
   * A new upload; empty if it was refused, as the client was told then.
   *
   * @param resumable whether one request may go on where another was cut
   * @param length of the file, if it is known
   */
  Optional<Upload> begin(UploadExchange exchange, boolean resumable, OptionalLong length) {
    Optional<Answer> refusal = refusal(length);
    if (refusal.isPresent()) {
      exchange.answer(refusal.get());
      return Optional.empty();
    }
    Optional<Upload> begun =
        slot.begin(() -> Upload.begin(resumable, length, options.keep(), target));
    if (begun.isEmpty()) {
      exchange.answer(
          Answer.refused(BUSY, "another upload is under way; try again when it has ended")
              .with("Retry-After", RETRY_AFTER));
    }
    return begun;
  }

  Optional<Upload> find(String id) {
    return slot.find(id);
  }

  private Optional<Answer> refusal(OptionalLong length) {
    if (length.orElse(1) == 0) {
      return Optional.of(Answer.refused(BAD_REQUEST, "the file is empty; choose another one"));
    }
    return length.orElse(0) > options.maxSize()
        ? Optional.of(
            Answer.refused(
                TOO_LARGE,
                "the file has %d bytes, %d are allowed"
                    .formatted(length.getAsLong(), options.maxSize())))
        : Optional.empty();
  }

  /** How an upload ended, as its client is told. */
  Answer answer(@Nullable ImportReport report, @Nullable Throwable failure) {
    if (report != null) {
      return Answer.stored(report);
    }
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    if (cause instanceof ImportException told) {
      int status = told.reason().uploadStatus();
      return Answer.failed(status == 0 ? BAD_REQUEST : status, told.toFailure(options.remedies()));
    }
    return Answer.refused(Reason.INTERNAL.uploadStatus(), "this is a bug of dvcr: " + cause);
  }
}
