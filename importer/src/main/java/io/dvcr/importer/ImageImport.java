package io.dvcr.importer;

import io.dvcr.contract.ImportReport;
import io.dvcr.contract.ImportReport.Content;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import io.dvcr.formats.UnpackedLength;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings one disk image from its source into a repository. No byte is kept; the manifest, which
 * makes the image known, is put when every verdict is known. Start reading at {@link #run}.
 */
public final class ImageImport {
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

  /** A layer in the repository and what its image turned out to be. */
  private record Verified(Layer.Stored layer, DiskImage disk, long storedSize) {}

  /**
   * The whole import.
   *
   * @throws ImportException if it failed; then nothing is published and no upload is left open
   */
  public ImportReport run() throws ImportException {
    try (ByteStream received = source.open()) {
      progress.reading(received.size());
      PeekedInputStream peeked = PeekedInputStream.of(received.in(), Compression.HEAD_LENGTH);
      Compression packing = packing(peeked.head());
      ByteStream first = new ByteStream(peeked, received.size());
      Verified verified = store(first, packing);
      Descriptor manifest = publish(verified);
      progress.finished();
      return report(verified, manifest, packing);
    } catch (IOException e) {
      throw ImportException.of(source.description(), e);
    }
  }

  private Compression packing(byte[] head) throws IOException {
    return source.blockDevice() ? Compression.NONE : Compression.detect(head, head.length);
  }

  /** Stores the image: at once if its length is known or guessed, else after measuring it. */
  private Verified store(ByteStream received, Compression packing) throws IOException {
    OptionalLong length = storedLength(received, packing);
    if (length.isPresent()) {
      long[] measured = new long[1];
      Optional<Verified> stored = storeOnce(received, packing, length.getAsLong(), measured);
      if (stored.isPresent()) {
        return stored.get();
      }
      try (ByteStream again = source.open()) {
        progress.reading(again.size());
        return storeMeasured(again, packing, measured[0]);
      }
    }
    try (Scratch scratch = new Scratch(repository, request.heldBytes())) {
      long measured = measure(received, packing, scratch);
      try (ByteStream again = scratch.open()) {
        return storeMeasured(again, packing, measured);
      }
    }
  }
}
