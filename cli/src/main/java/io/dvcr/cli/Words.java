package io.dvcr.cli;

import java.util.Iterator;
import java.util.List;

/** What shells offer where only a few words are allowed. */
final class Words {
  private Words() {}

  /** For {@code --layer-compression}. */
  static final class Compressions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("auto", "none", "zstd").iterator();
    }
  }

  /** For {@code --progress}. */
  static final class ProgressModes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("auto", "bar", "json", "none").iterator();
    }
  }

  /** For {@code completion}. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh").iterator();
    }
  }
}
