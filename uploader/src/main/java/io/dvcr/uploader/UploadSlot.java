package io.dvcr.uploader;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one place for an upload: there is memory for one. Safe for several threads. */
final class UploadSlot {
  private @Nullable Upload current;
  private boolean shut;

  /** A new upload; empty if another one has the place. It is given back when the upload ends. */
  synchronized Optional<Upload> begin(Supplier<Upload> beginning) {
    if (shut || current != null) {
      return Optional.empty();
    }
    Upload upload = beginning.get();
    current = upload;
    var _ = upload.outcome().whenComplete((report, failure) -> free(upload));
    return Optional.of(upload);
  }

  private synchronized void free(Upload ended) {
    if (current == ended) {
      current = null;
    }
  }

  synchronized Optional<Upload> current() {
    return Optional.ofNullable(current);
  }

  /** Takes no more uploads. */
  synchronized Optional<Upload> shut() {
    shut = true;
    return current();
  }
}
