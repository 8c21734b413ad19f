package io.dvcr.importer.pod;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is seen of the import beside its progress.
 *
 * @param source how often it was tried again
 * @param target the same
 * @param resumedAt where in the layer an earlier container's import is gone on with, bytes
 */
public record LegWatches(LegWatch source, LegWatch target, AtomicLong resumedAt) {
  /** Nothing was tried again yet; what is, is logged. */
  public static LegWatches loggedTo(PodLog log) {
    return new LegWatches(
        new LegWatch("source", log), new LegWatch("target", log), new AtomicLong());
  }

  List<LegWatch> legs() {
    return List.of(source, target);
  }
}
