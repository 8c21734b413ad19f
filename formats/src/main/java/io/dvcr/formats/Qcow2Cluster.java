package io.dvcr.formats;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks compressed clusters of a qcow2 image to see that each gives exactly one cluster (rule
 * Q15); what comes out is only counted. What follows it in the last sector is another cluster's.
 */
final class Qcow2Cluster {
  /** Enough to make calls of the inflater few. */
  private static final int COUNTED = 64 << 10;

  private final boolean zstd;
  private final int clusterSize;

  /** Freed with this object, by the JDK's cleaner. */
  private final Inflater inflater = new Inflater(true);

  /** What comes out; of zstd a whole cluster, for frames refer back to their own output. */
  private final byte[] out;

  /**
   * @param zstd whether clusters are zstd frames, else raw deflate
   * @param clusterSize bytes, at most 2 MiB
   */
  Qcow2Cluster(boolean zstd, int clusterSize) {
    this.zstd = zstd;
    this.clusterSize = clusterSize;
    this.out = new byte[zstd ? clusterSize : COUNTED];
  }

  /**
   * Unpacks the cluster that starts with {@code packed}, at {@code offset} of the image.
   *
   * @return how many of the packed bytes it took
   */
  int unpack(long offset, ByteBuffer packed) throws ImageRefusedException {
    if (packed.limit() == 0) {
      throw new ImageRefusedException(
          Rule.Q14,
          "compressed cluster descriptor",
          offset,
          "a compressed cluster starts behind the end of the file");
    }
    return zstd ? decompress(offset, packed) : inflate(offset, packed);
  }

  private int inflate(long offset, ByteBuffer packed) throws ImageRefusedException {
    inflater.reset();
    inflater.setInput(packed);
    int count = 0;
    try {
      while (count < clusterSize) {
        int more = inflater.inflate(out, 0, Math.min(COUNTED, clusterSize - count));
        if (more == 0) {
          throw refused(offset, count, null);
        }
        count += more;
      }
    } catch (DataFormatException e) {
      throw refused(offset, count, e);
    }
    return Math.toIntExact(inflater.getBytesRead());
  }

  /**
   * One frame after another until a cluster is there: QEMU's reader takes several. Decoded at once
   * into a buffer of the cluster's size, no frame needs memory for its window.
   */
  private int decompress(long offset, ByteBuffer packed) throws ImageRefusedException {
    int count = 0;
    int in = 0;
    try (ZstdDecompressCtx decoder = new ZstdDecompressCtx()) {
      while (count < clusterSize && in < packed.limit()) {
        int from = packed.arrayOffset() + in;
        int left = packed.limit() - in;
        long frame = Zstd.findFrameCompressedSize(packed.array(), from, left);
        if (frame <= 0 || frame > left) {
          throw refused(offset, count, null);
        }
        count +=
            decoder.decompressByteArray(
                out, count, clusterSize - count, packed.array(), from, (int) frame);
        in += (int) frame;
      }
    } catch (ZstdException e) {
      throw refused(offset, count, e);
    }
    if (count < clusterSize) {
      throw refused(offset, count, null);
    }
    return in;
  }

  private ImageRefusedException refused(long offset, int count, @Nullable Exception cause) {
    String message =
        "the compressed cluster at byte "
            + offset
            + " gives "
            + count
            + " bytes instead of "
            + clusterSize;
    ImageRefusedException refused =
        new ImageRefusedException(Rule.Q15, "compressed cluster", offset, message);
    if (cause != null) {
      refused.initCause(cause);
    }
    return refused;
  }
}
