package io.dvcr.importer;

import io.dvcr.registry.BlobUpload;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Repository;
import io.dvcr.registry.SavedUpload;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the bytes of a tar archive as a layer, in one of the two forms. */
final class LayerWriter implements ByteSink, Closeable {
  private final BlobUpload upload;
  private final TarFrame frame;
  private final @Nullable SeekableZstd zstd;
  private long written;

  private LayerWriter(BlobUpload upload, TarFrame frame, @Nullable SeekableZstd zstd) {
    this.upload = upload;
    this.frame = frame;
    this.zstd = zstd;
  }

  /** Takes over the upload. */
  static LayerWriter plain(BlobUpload upload, TarFrame frame) {
    return new LayerWriter(upload, frame, null);
  }

  /** Takes over the upload. */
  static LayerWriter zstd(BlobUpload upload, TarFrame frame) {
    return new LayerWriter(upload, frame, new SeekableZstd(upload::write));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (zstd == null) {
      upload.write(bytes, offset, length);
    } else {
      zstd.write(bytes, offset, length);
    }
    written += length;
  }

  /** Of a compressed archive the compressor's state would be needed, too. */
  Optional<SavedUpload> saved() {
    return zstd == null ? upload.saved() : Optional.empty();
  }

  Optional<SavedUpload> suspend() {
    return zstd == null ? upload.suspend() : Optional.empty();
  }

  Layer.Stored commit(Repository repository) throws IOException {
    if (zstd == null) {
      Descriptor blob = upload.commit(Layer.plainMediaType(repository));
      return new Layer.Stored(blob, blob.digest(), new PlainLayerReader(repository, blob, frame));
    }
    zstd.finish();
    Descriptor blob = upload.commit(MediaTypes.OCI_LAYER_ZSTD);
    return new Layer.Stored(
        blob,
        zstd.contentDigest(),
        new ZstdLayerReader(repository, blob, frame, zstd.packedSizes()));
  }

  /** Share of the archive that was sent; of a compressed one, that went into the compressor. */
  double fraction() {
    long sent = zstd == null ? upload.sent() : written;
    return (double) sent / frame.totalLength();
  }

  long sent() {
    return upload.sent();
  }

  @Override
  public void close() {
    upload.close();
    if (zstd != null) {
      zstd.close();
    }
  }
}
