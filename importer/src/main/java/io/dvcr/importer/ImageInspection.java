package io.dvcr.importer;

import io.dvcr.contract.InspectReport;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.Inspector;
import java.io.IOException;
import java.io.InputStream;

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
      ByteStream bytes = opened.bytes().through((array, offset, length) -> received[0] += length);
      ByteStream unpacked = packed ? bytes.then(this::unpack) : bytes;
      try (ByteStream disk = unpacked.through(inspector::observe)) {
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
    try (ForwardReader forward = new ForwardReader(() -> reopened(packed))) {
      return inspector.finish(forward);
    }
  }

  private InputStream reopened(boolean packed) throws IOException {
    ByteStream opened = source.open();
    return (packed ? opened.then(this::unpack) : opened).in();
  }

  private InputStream unpack(InputStream in) throws IOException {
    return Decompression.unpacked(in, limits);
  }
}
