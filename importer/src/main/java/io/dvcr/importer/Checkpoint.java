package io.dvcr.importer;

import io.dvcr.registry.SavedUpload;
import java.util.Map;

/**
 * How far an import has come, so that another process can go on with it: no byte of the image, only
 * what was computed from those that passed.
 *
 * @param identity tells whether the source is still the same: {@link ImageSource#identity}
 * @param fileName of the image in the layer
 * @param length of the image, bytes
 * @param checksums how far the expected ones have come, by algorithm
 * @param upload of the layer
 */
public record Checkpoint(
    String identity,
    String fileName,
    long length,
    Map<String, String> checksums,
    SavedUpload upload) {
  public Checkpoint {
    checksums = Map.copyOf(checksums);
  }

  TarFrame frame() {
    return TarFrame.of(fileName, length);
  }

  /** Bytes of the image that passed. */
  long passed() {
    return upload.written() - frame().head().length;
  }
}
