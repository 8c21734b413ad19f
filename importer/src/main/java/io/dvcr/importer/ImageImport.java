package io.dvcr.importer;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.ImportReport.Content;
import io.dvcr.contract.Reason;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DiskFormat;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.Replay;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings one disk image from its source into a repository. No byte is kept; the manifest, which
 * makes the image known, is put when every verdict is known. Start reading at {@link #run}.
 */
public final class ImageImport {
  /** Uploads lost one after the other; the registry does not keep them. */
  private static final int MOST_RESTARTS = 5;

  /** The footer of a fixed VHD, which looks like a raw disk before it. */
  private static final int SMALLEST_TRAILER = 512;

  private final ImageSource source;
  private final Repository repository;
  private final ImportRequest request;
  private final ProgressMeter progress;
  private final Clock clock;

  /** Source and repository stay the caller's. */
  public ImageImport(
      ImageSource source,
      Repository repository,
      ImportRequest request,
      ProgressMeter progress,
      Clock clock) {
    this.source = source;
    this.repository = repository;
    this.request = request;
    this.progress = progress;
    this.clock = clock;
  }

  /** A layer in the repository, and what the image in it turned out to be. */
  private record Verified(Layer.Stored layer, DiskImage disk, long storedSize) {}

  /**
   * The whole import.
   *
   * @throws ImportException if it failed; then nothing is published and no upload is left open
   */
  public ImportReport run() throws ImportException {
    for (int restarts = 0; ; restarts++) {
      try {
        return transfer();
      } catch (RegistryException e) {
        if (!e.uploadLost() || !source.repeatable() || restarts == MOST_RESTARTS) {
          throw ImportException.of(source.description(), e);
        }
      } catch (IOException e) {
        throw ImportException.of(source.description(), e);
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

  /** Keeps the source's bytes while it is measured, then stores them. */
  private Verified storeByScratch(PackedSource opened) throws IOException {
    try (Scratch scratch = new Scratch(repository, request.heldBytes())) {
      progress.reading(opened.bytes().size());
      progress.keeping(scratch);
      Inspector inspector = inspector();
      ByteStream received =
          opened
              .bytes()
              .through(progress.receiving())
              .through(request.checksums().verifying())
              .through(scratch);
      long length;
      try (ByteStream disk = unpacked(received, opened.packing()).through(observing(inspector))) {
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
   * Reads to the end; stores the image if it is as long as it is believed to be. All that happens
   * to a byte is in the steps of the two chains.
   *
   * @param repeatable the source of the bytes, if it can be read again
   */
  private Attempt attempt(PackedSource opened, long length, @Nullable ImageSource repeatable)
      throws IOException {
    progress.reading(opened.bytes().size());
    Inspector inspector = inspector();
    boolean asReceived = request.form() == StoredForm.AS_RECEIVED;
    boolean sameBytes = asReceived || opened.packing() == Compression.NONE;
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
      ByteStream received =
          opened.bytes().through(progress.receiving()).through(request.checksums().verifying());
      try (ByteStream disk =
          asReceived
              ? unpacked(received.through(layer), opened.packing()).through(observing(inspector))
              : unpacked(received, opened.packing()).through(observing(inspector)).through(layer)) {
        disk.drain();
      }
      if (!layer.lengthWasRight()) {
        return new Attempt(layer.written(), null);
      }
      DiskImage disk = verdict(inspector, layer, opened.packing());
      return new Attempt(length, new Verified(layer.commit(), disk, length));
    }
  }

  private static @Nullable Replay replay(@Nullable ImageSource source, TarFrame frame) {
    return source != null && source.repeatable() ? new FrameReplay(frame, source) : null;
  }

  /** The last checks; what has to be read again for them is read out of the layer. */
  private DiskImage verdict(Inspector inspector, Layer layer, Compression packing)
      throws IOException {
    boolean packed = request.form() == StoredForm.AS_RECEIVED && packing != Compression.NONE;
    try (ForwardReader forward =
        new ForwardReader(() -> Decompression.unpacked(layer.open(), request.decoderLimits()))) {
      DiskImage disk =
          inspector.finish(
              packed ? forward : (at, bytes, from, count) -> layer.read(at, bytes, from, count));
      requireAllowed(disk.virtualSize());
      return disk;
    }
  }

  private void requireAllowed(long virtualSize) throws VirtualSizeException {
    if (virtualSize > request.maxVirtualSize()) {
      throw new VirtualSizeException(virtualSize, request.maxVirtualSize());
    }
  }

  private Inspector inspector() {
    return source.blockDevice() ? Inspector.ofRaw() : Inspector.ofAllFormats();
  }

  private ByteStream unpacked(ByteStream received, Compression packing) throws IOException {
    return packing == Compression.NONE
        ? received
        : received.then(in -> Decompression.unpacked(in, request.decoderLimits()));
  }

  /** Whose virtual size is known only at its end, but not smaller than what came so far. */
  private static boolean isAsLargeAsItsFile(Inspector inspector) {
    return inspector
        .formatSoFar()
        .filter(format -> format == DiskFormat.RAW || format == DiskFormat.ISO)
        .isPresent();
  }

  private ByteObserver observing(Inspector inspector) {
    long[] seen = new long[1];
    return (bytes, offset, length) -> {
      inspector.observe(bytes, offset, length);
      seen[0] += length;
      if (isAsLargeAsItsFile(inspector)) {
        requireAllowed(seen[0] - SMALLEST_TRAILER);
      }
      OptionalLong claimed = inspector.claimedVirtualSize();
      if (claimed.isPresent()) {
        requireAllowed(claimed.getAsLong());
      }
    };
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
