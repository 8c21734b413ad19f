package io.dvcr.importer;

import io.dvcr.formats.Inspector;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.SavedUpload;
import java.io.IOException;
import java.util.Optional;

/**
 * Saves again and again how far an uncompressed layer has come. To be the last one that sees its
 * bytes, so that all others have seen them.
 */
final class CheckpointSaver implements ByteObserver {
  /** Bytes that are fetched and hashed again after a kill, at most. */
  static final long INTERVAL = 32 << 20;

  private final Checkpoints checkpoints;
  private final ImageSource source;
  private final Layer layer;
  private final Checksums.Verification checksums;
  private final CheckedInspector inspector;

  /** Not before the inspector knows what it is. */
  private long next = Inspector.FIRST_SEEN;

  /** Whether there is a checkpoint: this reading's, or the one that it began at. */
  private boolean saved;

  CheckpointSaver(
      Checkpoints checkpoints,
      ImageSource source,
      Layer layer,
      Checksums.Verification checksums,
      CheckedInspector inspector) {
    this.checkpoints = checkpoints;
    this.source = source;
    this.layer = layer;
    this.checksums = checksums;
    this.inspector = inspector;
    this.saved = checkpoints.last().isPresent();
  }

  @Override
  public void observe(byte[] bytes, int offset, int length) {
    if (layer.written() >= next) {
      next = layer.written() + INTERVAL;
      saved |= save(layer.saved());
    }
  }

  /** The reading failed: if it may go on later, its upload is left for that. */
  void failed(IOException failure) {
    boolean lost = failure instanceof RegistryException refused && refused.uploadLost();
    if (saved && !lost && ImportException.of("", failure).reason().retryable()) {
      boolean ignored = save(layer.suspend()); // else the one before is good enough
    }
  }

  private boolean save(Optional<SavedUpload> upload) {
    boolean seen = inspector.skippable() && layer.length() - layer.written() >= Inspector.LAST_SEEN;
    return seen
        && upload
            .flatMap(open ->
                source
                    .identity()
                    .flatMap(identity ->
                        checksums
                            .saved()
                            .map(sums ->
                                new Checkpoint(
                                    identity, layer.fileName(), layer.length(), sums, open))))
            .filter(checkpoints::save)
            .isPresent();
  }
}
