package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import io.dvcr.registry.Replay;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One reading of an image, first byte to last: all that happens to a byte is in the chains of steps
 * of {@link #measure} and {@link #store}. Closes what it reads; to be used once.
 */
final class ImageReading {
  private final ImageSource source;
  private final Repository repository;
  private final ImportRequest request;
  private final ProgressMeter progress;
  private final Checkpoints checkpoints;
  private final CheckedInspector inspector;

  ImageReading(
      ImageSource source,
      Repository repository,
      ImportRequest request,
      ProgressMeter progress,
      Checkpoints checkpoints) {
    this.source = source;
    this.repository = repository;
    this.request = request;
    this.progress = progress;
    this.checkpoints = checkpoints;
    this.inspector = new CheckedInspector(source, request.maxVirtualSize());
  }

  /** A layer in the repository, and what the image in it turned out to be. */
  record Verified(Layer.Stored layer, DiskImage disk, long storedSize) {}

  /**
   * What a reading gave.
   *
   * @param length of what was to be stored
   * @param verified null if that is another length than was believed
   */
  record Result(long length, @Nullable Verified verified) {
    Verified orFail(ImageSource source) throws IOException {
      if (verified == null) {
        throw new SourceException(
            Reason.SOURCE_CHANGED,
            source.description() + " has another length at each reading, somebody writes to it");
      }
      return verified;
    }
  }

  /** Keeps the bytes in {@code scratch}, and finds how long what is to be stored will be. */
  long measure(PackedSource opened, Scratch scratch) throws IOException {
    progress.reading(opened.bytes().size());
    progress.keeping(scratch);
    PackedSource received =
        opened
            .through(progress.receiving())
            .through(request.checksums().verifying())
            .through(scratch);
    try (ByteStream disk = received.unpacked(request.decoderLimits()).through(inspector)) {
      long length = disk.drain();
      return request.form() == StoredForm.AS_RECEIVED ? scratch.size() : length;
    }
  }

  /**
   * Stores the image if it is as long as it is believed to be.
   *
   * @param repeatable the source of the bytes, if it can be read again
   */
  Result store(PackedSource opened, long length, @Nullable ImageSource repeatable)
      throws IOException {
    progress.reading(opened.bytes().size());
    boolean packed = opened.packing() != Compression.NONE;
    boolean unpacking = packed && request.form() == StoredForm.UNPACKED;
    String suffix = unpacking ? opened.packing().suffix() : "";
    try (Layer layer =
        new Layer(
            repository,
            EntryName.of(source.fileName(), suffix),
            length,
            request.compression(),
            inspector::formatSoFar,
            frame -> unpacking ? null : replay(repeatable, frame))) {
      progress.storing(layer, packed);
      return store(opened, request.checksums().verifying(), layer);
    }
  }

  private static @Nullable Replay replay(@Nullable ImageSource source, TarFrame frame) {
    return source != null && source.repeatable() ? new FrameReplay(frame, source) : null;
  }

  /** Goes on where an earlier process was: the first bytes are inspected again, the rest stored. */
  Result goOn(PackedSource opened, Checkpoint left) throws IOException {
    progress.reading(opened.bytes().size());
    progress.skipped(left.passed());
    Checksums.Verification checksums = request.checksums().verifying(left.checksums());
    byte[] first = opened.bytes().in().readNBytes(Inspector.FIRST_SEEN);
    opened.close();
    inspector.observe(first, 0, first.length);
    inspector.skip(left.passed() - first.length);
    // The upload is taken over last: what fails before leaves it as it is.
    try (ByteStream rest = behind(left);
        Layer layer = new Layer(repository, left, frame -> new FrameReplay(frame, source))) {
      progress.storing(layer, false);
      return store(PackedSource.of(rest, Compression.NONE), checksums, layer);
    }
  }

  private ByteStream behind(Checkpoint left) throws IOException {
    return new ByteStream(
        source.openRange(left.passed(), left.length() - left.passed()), OptionalLong.empty());
  }

  private Result store(PackedSource opened, Checksums.Verification checksums, Layer layer)
      throws IOException {
    boolean packed =
        opened.packing() != Compression.NONE && request.form() == StoredForm.AS_RECEIVED;
    CheckpointSaver saver = new CheckpointSaver(checkpoints, source, layer, checksums, inspector);
    PackedSource received = opened.through(progress.receiving()).through(checksums);
    try (ByteStream disk =
        packed
            ? received.through(layer).unpacked(request.decoderLimits()).through(inspector)
            : received
                .unpacked(request.decoderLimits())
                .through(inspector)
                .through(layer)
                .through(saver)) {
      disk.drain();
    } catch (IOException e) {
      saver.failed(e);
      throw e;
    }
    if (!layer.lengthWasRight()) {
      return new Result(layer.written(), null);
    }
    DiskImage disk = packed ? verdictByUnpacking(layer) : inspector.finish(layer::read);
    return new Result(layer.length(), new Verified(layer.commit(), disk, layer.length()));
  }

  /** The last checks; what has to be read again for them is unpacked again out of the layer. */
  private DiskImage verdictByUnpacking(Layer layer) throws IOException {
    try (ForwardReader forward =
        new ForwardReader(() -> Decompression.unpacked(layer.open(), request.decoderLimits()))) {
      return inspector.finish(forward);
    }
  }
}
