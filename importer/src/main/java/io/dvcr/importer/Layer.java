package io.dvcr.importer;

import io.dvcr.formats.DiskFormat;
import io.dvcr.formats.RangeReader;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Digest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Replay;
import io.dvcr.registry.Repository;
import io.dvcr.registry.SavedUpload;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one layer of an artifact, on its way into a repository: a disk image goes in as it passes, a
 * tar archive goes out, compressed or not. That is decided after its first bytes. If the image
 * turns out to have another length than the tar header says, nothing is stored, and the true length
 * is known at the end. Closing it without a commit abandons the upload.
 */
final class Layer implements ByteObserver, Closeable {
  private final Repository repository;
  private final TarFrame frame;
  private final String fileName;
  private final @Nullable Replay replay;
  private final @Nullable CompressionTrial trial;
  private @Nullable LayerWriter writer;
  private @Nullable Stored stored;
  private boolean committed;
  private long written;
  private boolean ended;
  private boolean abandoned;

  /**
   * @param length of the image, as it is believed to be
   * @param formatSoFar what the image is, once that shows
   * @param replay makes the bytes of the uncompressed layer again, if that is possible
   */
  Layer(
      Repository repository,
      String fileName,
      long length,
      LayerCompression compression,
      Supplier<Optional<DiskFormat>> formatSoFar,
      ReplayOfFrame replay)
      throws IOException {
    this.repository = repository;
    this.frame = TarFrame.of(fileName, length);
    this.fileName = fileName;
    this.replay = replay.of(frame);
    this.trial = compression == LayerCompression.AUTO ? new CompressionTrial(formatSoFar) : null;
    if (trial == null) {
      try {
        begin(compression == LayerCompression.ZSTD);
      } catch (IOException | RuntimeException e) {
        // Nobody has this layer yet who could close it.
        close();
        throw e;
      }
    }
  }

  /**
   * An uncompressed layer that another process began; the bytes behind its are to be observed.
   *
   * @throws IllegalArgumentException if the checkpoint is none
   */
  Layer(Repository repository, Checkpoint checkpoint, ReplayOfFrame replay) throws IOException {
    this.repository = repository;
    this.frame = checkpoint.frame();
    this.fileName = checkpoint.fileName();
    this.replay = replay.of(frame);
    this.trial = null;
    this.written = checkpoint.passed();
    this.writer =
        LayerWriter.plain(
            repository.resume(checkpoint.upload(), Objects.requireNonNull(this.replay)), frame);
  }

  /** Makes a layer's bytes again, if its source can. */
  @FunctionalInterface
  interface ReplayOfFrame {
    @Nullable Replay of(TarFrame frame);
  }

  private void begin(boolean compressed) throws IOException {
    LayerWriter begun =
        compressed
            ? LayerWriter.zstd(repository.upload(null), frame)
            : LayerWriter.plain(repository.upload(replay), frame);
    writer = begun;
    begun.write(frame.head(), 0, frame.head().length);
    if (trial != null) {
      trial.release(begun);
    }
  }

  @Override
  public void observe(byte[] bytes, int offset, int length) throws IOException {
    written += length;
    if (written > frame.length() && !abandoned) {
      abandoned = true;
      close();
    }
    if (abandoned) {
      return;
    }
    if (writer != null) {
      writer.write(bytes, offset, length);
    } else if (trial != null) {
      trial.add(bytes, offset, length);
      decide();
    }
  }

  private void decide() throws IOException {
    if (trial != null && writer == null) {
      Optional<Boolean> compressed = trial.decision(ended);
      if (compressed.isPresent()) {
        begin(compressed.get());
      }
    }
  }

  @Override
  public void end() throws IOException {
    ended = true;
    if (!lengthWasRight()) {
      abandoned = true;
      close();
      return;
    }
    decide();
  }

  /** Whether the image had the length that was believed; known at the end. */
  boolean lengthWasRight() {
    return ended && written == frame.length();
  }

  /** Bytes of the image that passed. */
  long written() {
    return written;
  }

  /** Length of the image, as it is believed to be. */
  long length() {
    return frame.length();
  }

  String fileName() {
    return fileName;
  }

  /** What another process needs to go on; empty if none can. */
  Optional<SavedUpload> saved() {
    LayerWriter open = writer;
    return open == null ? Optional.empty() : open.saved();
  }

  /** Instead of closing it: leaves the upload to another process, if one can go on with it. */
  Optional<SavedUpload> suspend() {
    LayerWriter open = writer;
    return open == null ? Optional.empty() : open.suspend();
  }

  /** How much of the layer is in the repository or on its way, 0 to 1. */
  double fraction() {
    LayerWriter open = writer;
    return open == null ? 0 : open.fraction();
  }

  /** Bytes that were sent. */
  long sent() {
    LayerWriter open = writer;
    return open == null ? 0 : open.sent();
  }

  /**
   * Makes the layer part of the repository, for good; only after the end, and if the length was
   * right.
   */
  Stored commit() throws IOException {
    Stored known = store();
    committed = true;
    return known;
  }

  private Stored store() throws IOException {
    Stored known = stored;
    if (known == null) {
      LayerWriter open = Objects.requireNonNull(writer);
      open.write(frame.tail(), 0, frame.tail().length);
      known = open.commit(repository);
      stored = known;
    }
    return known;
  }

  /** Reads bytes of the image again, as {@link RangeReader#readFully}, out of the repository. */
  void read(long position, byte[] buffer, int offset, int length) throws IOException {
    store().image().readFully(position, buffer, offset, length);
  }

  /** The bytes of the image again, from the first on, out of the repository. */
  InputStream open() throws IOException {
    return new RangeInputStream(store().image(), frame.length());
  }

  /**
   * A layer that is in the repository.
   *
   * @param blob the layer
   * @param diffId digest of the uncompressed archive
   * @param image reads the image's bytes out of it
   */
  record Stored(Descriptor blob, Digest diffId, RangeReader image) {}

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
    if (stored != null && !committed) {
      repository.discardBlob(stored.blob().digest());
    }
  }

  /** The media type of an uncompressed layer there. */
  static String plainMediaType(Repository repository) {
    return repository.takesDockerMediaTypes() ? MediaTypes.DOCKER_LAYER : MediaTypes.OCI_LAYER;
  }
}
