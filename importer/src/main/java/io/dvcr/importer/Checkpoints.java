package io.dvcr.importer;

import java.util.Optional;

/** Keeps the latest checkpoint of one import beyond the life of its process. */
public interface Checkpoints {
  /** Keeps none: nothing can go on with the import. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Optional<Checkpoint> last() {
          return Optional.empty();
        }

        @Override
        public boolean save(Checkpoint checkpoint) {
          return false;
        }

        @Override
        public void clear() {}
      };

  /** What was saved last, perhaps by an earlier process. */
  Optional<Checkpoint> last();

  /** Saves it in the place of the one before; whether that went well. */
  boolean save(Checkpoint checkpoint);

  /** Nothing is to be gone on with. */
  void clear();
}
