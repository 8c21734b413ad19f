package io.dvcr.importer;

import com.github.luben.zstd.Zstd;
import io.dvcr.formats.RangeReader;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Repository;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads parts of a disk image out of a layer of zstd frames; keeps the frame it read last. */
final class ZstdLayerReader implements RangeReader {
  private final Repository repository;
  private final Descriptor blob;
  private final TarFrame frame;
  private final int[] packedSizes;
  private byte[] current = new byte[0];
  private int currentIndex = -1;

  ZstdLayerReader(Repository repository, Descriptor blob, TarFrame frame, int[] packedSizes) {
    this.repository = repository;
    this.blob = blob;
    this.frame = frame;
    this.packedSizes = packedSizes;
  }

  @Override
  public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
    long at = frame.head().length + position;
    for (int done = 0; done < length; ) {
      byte[] unpacked = frameWith(at + done);
      int from = (int) ((at + done) % SeekableZstd.FRAME);
      int part = Math.min(length - done, unpacked.length - from);
      System.arraycopy(unpacked, from, buffer, offset + done, part);
      done += part;
    }
  }

  private byte[] frameWith(long position) throws IOException {
    int index = Math.toIntExact(position / SeekableZstd.FRAME);
    if (index != currentIndex) {
      long start = 0;
      for (int i = 0; i < index; i++) {
        start += packedSizes[i];
      }
      byte[] packed = new byte[packedSizes[index]];
      try (InputStream in = repository.openRange(blob, start, packed.length)) {
        if (in.readNBytes(packed, 0, packed.length) < packed.length) {
          throw new EOFException("the layer ended inside the image");
        }
      }
      current = Zstd.decompress(packed, SeekableZstd.FRAME);
      currentIndex = index;
    }
    return current;
  }
}
