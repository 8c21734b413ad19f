package io.dvcr.importer;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.ImportReport.Content;
import io.dvcr.formats.Compression;
import io.dvcr.importer.ImageReading.Result;
import io.dvcr.importer.ImageReading.Verified;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings one disk image from its source into a repository. No byte is kept; the manifest, which
 * makes the image known, is put when every verdict is known. Start reading at {@link #run}; what
 * happens to the bytes is in {@link ImageReading}.
 */
public final class ImageImport {
  /** Uploads lost one after the other; the registry does not keep them. */
  private static final int MOST_RESTARTS = 5;

  private final ImageSource source;
  private final Repository repository;
  private final ImportRequest request;
  private final ProgressMeter progress;
  private final Clock clock;
  private final Checkpoints checkpoints;

  /** One that no other process goes on with. Source and repository stay the caller's. */
  public ImageImport(
      ImageSource source,
      Repository repository,
      ImportRequest request,
      ProgressMeter progress,
      Clock clock) {
    this(source, repository, request, progress, clock, Checkpoints.NONE);
  }

  /**
   * Goes on where an earlier process was, if it can. Source and repository stay the caller's.
   *
   * @param checkpoints of this import alone: same source, target and request
   */
  public ImageImport(
      ImageSource source,
      Repository repository,
      ImportRequest request,
      ProgressMeter progress,
      Clock clock,
      Checkpoints checkpoints) {
    this.source = source;
    this.repository = repository;
    this.request = request;
    this.progress = progress;
    this.clock = clock;
    this.checkpoints = checkpoints;
  }

  /**
   * The whole import.
   *
   * @throws ImportException if it failed; then nothing is published, and an upload is left open
   *     only if a checkpoint tells how to go on with it
   */
  public ImportReport run() throws ImportException {
    try {
      ImportReport report = untilStored();
      checkpoints.clear();
      return report;
    } catch (IOException e) {
      ImportException failure = ImportException.of(source.description(), e);
      if (!failure.reason().retryable()) {
        forget();
      }
      throw failure;
    }
  }

  /** Again from the start where the registry lost an upload. */
  private ImportReport untilStored() throws IOException, ImportException {
    for (int restarts = 0; ; restarts++) {
      try {
        return transfer();
      } catch (RegistryException e) {
        if (!e.uploadLost() || !source.repeatable() || restarts == MOST_RESTARTS) {
          throw e;
        }
        checkpoints.clear();
      }
    }
  }

  private ImportReport transfer() throws IOException, ImportException {
    try (PackedSource opened = PackedSource.open(source)) {
      Verified verified = store(opened);
      Descriptor manifest = publish(verified);
      progress.finished();
      return report(verified, manifest, opened.packing());
    }
  }

  private Descriptor publish(Verified verified) throws IOException, ImportException {
    try {
      return new Artifact(repository, clock.instant())
          .publish(verified.layer(), verified.disk(), verified.storedSize(), request.tags());
    } catch (InterruptedIOException e) {
      throw ImportException.whilePublishing(source.description(), repository.name(), e);
    }
  }

  /** At once if the length of what is stored is known or can be guessed, else after measuring. */
  private Verified store(PackedSource opened) throws IOException {
    Optional<Checkpoint> left = leftBehind(opened);
    if (left.isPresent()) {
      return reading().goOn(opened, left.get()).orFail(source);
    }
    OptionalLong length =
        new StoredLength(source, request.form()).find(opened.bytes().size(), opened.packing());
    if (length.isEmpty()) {
      return storeByScratch(opened);
    }
    Result first = reading().store(opened, length.getAsLong(), source);
    if (first.verified() != null) {
      return first.verified();
    }
    try (PackedSource again = PackedSource.open(source)) {
      return reading().store(again, first.length(), source).orFail(source);
    }
  }

  /** Keeps the source's bytes while it is measured, then stores them. */
  private Verified storeByScratch(PackedSource opened) throws IOException {
    try (Scratch scratch = new Scratch(repository, request.heldBytes())) {
      long length = reading().measure(opened, scratch);
      try (PackedSource again = PackedSource.of(scratch.open(), opened.packing())) {
        return reading().store(again, length, null).orFail(source);
      }
    }
  }

  private ImageReading reading() {
    return new ImageReading(source, repository, request, progress, checkpoints);
  }

  /** Where an earlier process was, if the source is still what it read. */
  private Optional<Checkpoint> leftBehind(PackedSource opened) {
    Optional<Checkpoint> last = checkpoints.last();
    boolean same =
        last.isPresent()
            && opened.packing() == Compression.NONE
            && last.map(Checkpoint::identity).equals(source.identity());
    if (same) {
      return last;
    }
    forget();
    return Optional.empty();
  }

  /** Nothing goes on with what was left behind. */
  private void forget() {
    checkpoints
        .last()
        .map(Checkpoint::upload)
        .ifPresent(upload -> repository.cancelUpload(upload.session(), upload.location()));
    checkpoints.clear();
  }

  private ImportReport report(Verified verified, Descriptor manifest, Compression packing) {
    double seconds = progress.seconds();
    long received = progress.received();
    return new ImportReport(
        repository.name() + ":" + request.tags().getFirst(),
        content(manifest),
        content(verified.layer().blob()),
        verified.disk().format().toString(),
        verified.disk().virtualSize(),
        verified.storedSize(),
        received,
        PackedSource.name(packing).orElse(null),
        request.checksums().expected(),
        Math.round(seconds * 1000) / 1000.0,
        seconds > 0 ? (long) (received / seconds) : 0);
  }

  private static Content content(Descriptor descriptor) {
    return new Content(descriptor.mediaType(), descriptor.digest().toString(), descriptor.size());
  }
}
