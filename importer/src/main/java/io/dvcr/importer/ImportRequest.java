package io.dvcr.importer;

import io.dvcr.formats.DecoderLimits;
import java.util.List;

/**
 * What an import is to do beside moving bytes.
 *
 * @param tags what the image is called in its repository, one or more
 * @param checksums what is expected of the bytes received
 * @param form what lies in the layer
 * @param compression of the layer
 * @param maxVirtualSize bytes that the guest may see at most
 * @param decoderLimits what unpacking may take
 * @param heldBytes how much of a source of unknown length is held in memory
 */
public record ImportRequest(
    List<String> tags,
    Checksums checksums,
    StoredForm form,
    LayerCompression compression,
    long maxVirtualSize,
    DecoderLimits decoderLimits,
    int heldBytes) {
  /** Held bytes at most, whatever the memory. */
  public static final int MAX_HELD = 32 << 20;

  public ImportRequest {
    tags = List.copyOf(tags);
  }

  /** Everything as people's commands have it by default. */
  public static ImportRequest of(List<String> tags) {
    return new ImportRequest(
        tags,
        Checksums.none(),
        StoredForm.UNPACKED,
        LayerCompression.AUTO,
        Long.MAX_VALUE,
        DecoderLimits.DEFAULT,
        MAX_HELD);
  }
}
