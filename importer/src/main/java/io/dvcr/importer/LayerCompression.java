package io.dvcr.importer;

import java.util.Locale;

/** How a layer is stored. */
public enum LayerCompression {
  /** By the content: zstd for a raw disk, and for any other that shrinks by a quarter. */
  AUTO,
  NONE,
  ZSTD;

  /** As it is written in options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
