package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ProgressMeter;
import java.util.concurrent.CompletableFuture;

/** One upload: its bytes, the import that takes them on a thread of its own, and how that ends. */
final class Upload {
  private final UploadStream stream;
  private final CompletableFuture<ImportReport> outcome = new CompletableFuture<>();
  private final Thread importing;

  private Upload(UploadStream stream, UploadSource source, UploadTarget target) {
    this.stream = stream;
    this.importing =
        Thread.ofPlatform()
            .daemon()
            .name("import")
            .unstarted(() -> run(source, target, new ProgressMeter()));
  }

  /** Begins to take its bytes. */
  static Upload begin(UploadStream stream, UploadSource source, UploadTarget target) {
    Upload upload = new Upload(stream, source, target);
    upload.importing.start();
    return upload;
  }

  private void run(UploadSource source, UploadTarget target, ProgressMeter progress) {
    try {
      outcome.complete(target.store(source, progress));
    } catch (ImportException | RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  UploadStream stream() {
    return stream;
  }

  /** What came of it; fails with {@link ImportException}. */
  CompletableFuture<ImportReport> outcome() {
    return outcome;
  }

  /** Ends it; {@link #outcome} tells when that is done. */
  void abandon() {
    importing.interrupt();
  }
}
