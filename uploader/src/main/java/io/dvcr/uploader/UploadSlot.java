package io.dvcr.uploader;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one place for an upload: there is memory for one. Safe for several threads. */
final class UploadSlot {
  private @Nullable Upload current;

  /** The one that had the place last: whoever missed its answer may still ask. */
  private @Nullable Upload last;

  private boolean shut;

  /** A new upload; empty if another one has the place. It is given back when the upload ends. */
  synchronized Optional<Upload> begin(Supplier<Upload> beginning) {
    if (shut || current != null) {
      return Optional.empty();
    }
    Upload upload = beginning.get();
    current = upload;
    last = upload;
    var _ = upload.outcome().whenComplete((report, failure) -> free(upload));
    return Optional.of(upload);
  }

  private synchronized void free(Upload ended) {
    if (current == ended) {
      current = null;
    }
  }

  /** The upload of that id, under way or the last one that was. */
  synchronized Optional<Upload> find(String id) {
    Upload known = last;
    return known != null && known.id().equals(id) ? Optional.of(known) : Optional.empty();
  }

  /** Takes no more uploads. */
  synchronized Optional<Upload> shut() {
    shut = true;
    return Optional.ofNullable(current);
  }
}
