package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.Reason;
import io.dvcr.importer.ImportException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Uploads in one request, as {@code curl -T} sends them. What is cut is lost. */
final class PlainUploads {
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;
  private static final int BUSY = 503;

  /** Seconds after which it is worth asking again. */
  private static final String RETRY_AFTER = "10";

  private final UploadServerOptions options;
  private final UploadSlot slot;
  private final UploadTarget target;

  PlainUploads(UploadServerOptions options, UploadSlot slot, UploadTarget target) {
    this.options = options;
    this.slot = slot;
    this.target = target;
  }

  /** Takes a request's body, unless it can be refused before it is sent. */
  void take(UploadExchange exchange) {
    OptionalLong length = exchange.length();
    Optional<Answer> refusal = refusal(length);
    if (refusal.isPresent()) {
      exchange.answer(refusal.get());
      return;
    }
    Optional<Upload> begun = slot.begin(() -> begin(length));
    if (begun.isEmpty()) {
      exchange.answer(
          Answer.refused(BUSY, "another upload is under way; try again when it has ended")
              .with("Retry-After", RETRY_AFTER));
      return;
    }
    var _ = begun.get().stream().append(exchange, true);
    exchange.invite();
    var _ =
        begun
            .get()
            .outcome()
            .whenComplete((report, failure) ->
                exchange.later(() -> exchange.answer(answer(report, failure))));
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

  private Upload begin(OptionalLong length) {
    UploadStream stream = new UploadStream(false, options.keep());
    String name = "source-stream-" + UUID.randomUUID();
    return Upload.begin(stream, new UploadSource(stream, name, length), target);
  }

  private Answer answer(@Nullable ImportReport report, @Nullable Throwable failure) {
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
