package io.dvcr.importer;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.ImportReport.Content;
import io.dvcr.contract.Reason;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.Replay;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings one disk image from its source into a repository. No byte is kept; the manifest, which
 * makes the image known, is put when every verdict is known. Start reading at {@link #run}.
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

  /** A layer in the repository, and what the image in it turned out to be. */
  private record Verified(Layer.Stored layer, DiskImage disk, long storedSize) {}

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
      return resume(opened, left.get());
    }
    OptionalLong length =
        new StoredLength(source, request.form()).find(opened.bytes().size(), opened.packing());
    if (length.isEmpty()) {
      return storeByScratch(opened);
    }
    Attempt first = attempt(opened, length.getAsLong(), source);
    if (first.verified() != null) {
      return first.verified();
    }
    try (PackedSource again = PackedSource.open(source)) {
      return attempt(again, first.length(), source).orFail(source);
    }
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

  /** Goes on with what an earlier process left. */
  private Verified resume(PackedSource opened, Checkpoint left) throws IOException {
    progress.reading(opened.bytes().size());
    progress.skipped(left.passed());
    CheckedInspector inspector = inspector();
    Checksums.Verification checksums = request.checksums().verifying(left.checksums());
    try (Layer layer = new Layer(repository, left, frame -> new FrameReplay(frame, source))) {
      progress.storing(layer, false);
      ByteStream rest = behind(left, opened, inspector);
      return store(PackedSource.of(rest, Compression.NONE), inspector, checksums, layer)
          .orFail(source);
    }
  }

  /** The bytes that did not pass yet; of those that did the inspector sees the first ones again. */
  private ByteStream behind(Checkpoint left, PackedSource opened, CheckedInspector inspector)
      throws IOException {
    byte[] first = opened.bytes().in().readNBytes(Inspector.FIRST_SEEN);
    opened.close();
    inspector.observe(first, 0, first.length);
    inspector.skip(left.passed() - first.length);
    return new ByteStream(
        source.openRange(left.passed(), left.length() - left.passed()), OptionalLong.empty());
  }

  /** Keeps the source's bytes while it is measured, then stores them. */
  private Verified storeByScratch(PackedSource opened) throws IOException {
    try (Scratch scratch = new Scratch(repository, request.heldBytes())) {
      progress.reading(opened.bytes().size());
      progress.keeping(scratch);
      CheckedInspector inspector = inspector();
      ByteStream received =
          opened
              .bytes()
              .through(progress.receiving())
              .through(request.checksums().verifying())
              .through(scratch);
      long length;
      try (ByteStream disk = unpacked(received, opened.packing()).through(inspector)) {
        length = disk.drain();
      }
      if (request.form() == StoredForm.AS_RECEIVED) {
        length = scratch.size();
      }
      try (PackedSource again = PackedSource.of(scratch.open(), opened.packing())) {
        return attempt(again, length, null).orFail(source);
      }
    }
  }

  /**
   * What one reading gave.
   *
   * @param length of what was to be stored
   * @param verified null if that is another length than was believed
   */
  private record Attempt(long length, @Nullable Verified verified) {
    Verified orFail(ImageSource source) throws IOException {
      if (verified == null) {
        throw new SourceException(
            Reason.SOURCE_CHANGED,
            source.description() + " has another length at each reading, somebody writes to it");
      }
      return verified;
    }
  }

  /**
   * Reads to the end; stores the image if it is as long as it is believed to be.
   *
   * @param repeatable the source of the bytes, if it can be read again
   */
  private Attempt attempt(PackedSource opened, long length, @Nullable ImageSource repeatable)
      throws IOException {
    progress.reading(opened.bytes().size());
    CheckedInspector inspector = inspector();
    boolean sameBytes =
        request.form() == StoredForm.AS_RECEIVED || opened.packing() == Compression.NONE;
    ImageSource again = sameBytes ? repeatable : null;
    try (Layer layer =
        new Layer(
            repository,
            entryName(opened.packing()),
            length,
            request.compression(),
            inspector::formatSoFar,
            frame -> replay(again, frame))) {
      progress.storing(layer, opened.packing() != Compression.NONE);
      return store(opened, inspector, request.checksums().verifying(), layer);
    }
  }

  /** All that happens to a byte is in the steps of the two chains. */
  private Attempt store(
      PackedSource opened,
      CheckedInspector inspector,
      Checksums.Verification checksums,
      Layer layer)
      throws IOException {
    Compression packing = opened.packing();
    CheckpointSaver saver = new CheckpointSaver(checkpoints, source, layer, checksums, inspector);
    ByteStream received = opened.bytes().through(progress.receiving()).through(checksums);
    try (ByteStream disk =
        packing == Compression.NONE
            ? received.through(inspector).through(layer).through(saver)
            : request.form() == StoredForm.AS_RECEIVED
                ? unpacked(received.through(layer), packing).through(inspector)
                : unpacked(received, packing).through(inspector).through(layer)) {
      disk.drain();
    } catch (IOException e) {
      saver.failed(e);
      throw e;
    }
    if (!layer.lengthWasRight()) {
      return new Attempt(layer.written(), null);
    }
    DiskImage disk = verdict(inspector, layer, packing);
    return new Attempt(layer.length(), new Verified(layer.commit(), disk, layer.length()));
  }

  private static @Nullable Replay replay(@Nullable ImageSource source, TarFrame frame) {
    return source != null && source.repeatable() ? new FrameReplay(frame, source) : null;
  }

  /** The last checks; what has to be read again for them is read out of the layer. */
  private DiskImage verdict(CheckedInspector inspector, Layer layer, Compression packing)
      throws IOException {
    boolean packed = request.form() == StoredForm.AS_RECEIVED && packing != Compression.NONE;
    try (ForwardReader forward =
        new ForwardReader(() -> Decompression.unpacked(layer.open(), request.decoderLimits()))) {
      return inspector.finish(
          packed ? forward : (at, bytes, from, count) -> layer.read(at, bytes, from, count));
    }
  }

  private CheckedInspector inspector() {
    return new CheckedInspector(source, request.maxVirtualSize());
  }

  private ByteStream unpacked(ByteStream received, Compression packing) throws IOException {
    return packing == Compression.NONE
        ? received
        : received.then(in -> Decompression.unpacked(in, request.decoderLimits()));
  }

  private String entryName(Compression packing) {
    boolean unpacked = request.form() == StoredForm.UNPACKED && packing != Compression.NONE;
    return EntryName.of(source.fileName(), unpacked ? packing.suffix() : "");
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
