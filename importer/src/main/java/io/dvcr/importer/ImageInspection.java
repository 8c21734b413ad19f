package io.dvcr.importer;

import io.dvcr.contract.InspectReport;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import java.io.IOException;

/** Reads one source to its end and tells what it is; stores nothing. */
public final class ImageInspection {
  private final ImageSource source;
  private final DecoderLimits limits;

  public ImageInspection(ImageSource source, DecoderLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /**
   * The whole inspection.
   *
   * @throws ImportException if the source can't be read or is refused
   */
  public InspectReport run() throws ImportException {
    long[] received = new long[1];
    try (PackedSource opened = PackedSource.open(source)) {
      Inspector inspector = source.blockDevice() ? Inspector.ofRaw() : Inspector.ofAllFormats();
      boolean packed = opened.packing() != Compression.NONE;
      PackedSource counted = opened.through((array, offset, length) -> received[0] += length);
      try (ByteStream disk = counted.unpacked(limits).through(inspector::observe)) {
        disk.drain();
      }
      DiskImage image = verdict(inspector, packed);
      return new InspectReport(
          source.description(),
          image.format().toString(),
          image.virtualSize(),
          image.fileLength(),
          received[0],
          PackedSource.name(opened.packing()).orElse(null));
    } catch (IOException e) {
      throw ImportException.of(source.description(), e);
    }
  }

  private DiskImage verdict(Inspector inspector, boolean packed) throws IOException {
    if (!source.repeatable()) {
      return inspector.finish((position, buffer, offset, length) -> {
        throw new NotRepeatableException(source.description());
      });
    }
    if (!packed && source.seekable()) {
      return inspector.finish(new SourceReader(source));
    }
    try (ForwardReader forward =
        new ForwardReader(() -> PackedSource.open(source).unpacked(limits).in())) {
      return inspector.finish(forward);
    }
  }
}
