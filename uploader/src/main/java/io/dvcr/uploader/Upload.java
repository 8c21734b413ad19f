package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ProgressMeter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One upload: its bytes, the import that takes them on a thread of its own, and how that ends. */
final class Upload {
  private final String id;
  private final OptionalLong length;
  private final UploadStream stream;
  private final CompletableFuture<ImportReport> outcome = new CompletableFuture<>();
  private final Thread importing;

  private Upload(
      UploadStream stream, UploadSource source, OptionalLong length, UploadTarget target) {
    this.id = newId();
    this.length = length;
    this.stream = stream;
    this.importing =
        Thread.ofPlatform()
            .daemon()
            .name("import")
            .unstarted(() -> run(source, target, new ProgressMeter()));
  }

  /**
   * Begins to take its bytes.
   *
   * @param resumable whether one request may go on where another was cut
   * @param length of the file, if it is known
   */
  static Upload begin(boolean resumable, OptionalLong length, Duration keep, UploadTarget target) {
    UploadStream stream = new UploadStream(resumable, length, keep);
    // The client's name for the file is not told: pods' artifacts have always had such a name.
    UploadSource source = new UploadSource(stream, "source-stream-" + UUID.randomUUID(), length);
    Upload upload = new Upload(stream, source, length, target);
    upload.importing.start();
    return upload;
  }

  /** Who knows it may append and cancel: 128 bits that nobody guesses. */
  private static String newId() {
    byte[] bits = new byte[16];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  private void run(UploadSource source, UploadTarget target, ProgressMeter progress) {
    try {
      outcome.complete(target.store(source, progress));
    } catch (ImportException | RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  String id() {
    return id;
  }

  /** Of the file, if it was known from the start. */
  OptionalLong length() {
    return length;
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
