package io.dvcr.importer;

import com.github.luben.zstd.Zstd;
import io.dvcr.formats.DiskFormat;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;

/** Decides whether a layer is worth compressing, by its first bytes, which are held until then. */
final class CompressionTrial {
  /** How much is tried. */
  static final int SAMPLE = 16 << 20;

  /** What a quarter less is: the shrunk sample is at most this share of it. */
  private static final double WORTH_IT = 0.75;

  private static final int PIECE = 1 << 20;

  private final Supplier<Optional<DiskFormat>> formatSoFar;
  private final Queue<byte[]> held = new ArrayDeque<>();
  private long size;
  private long packedSize;

  CompressionTrial(Supplier<Optional<DiskFormat>> formatSoFar) {
    this.formatSoFar = formatSoFar;
  }

  /** Takes bytes; afterwards the decision may be there. */
  void add(byte[] bytes, int offset, int length) {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, PIECE);
      byte[] piece = Arrays.copyOfRange(bytes, offset + done, offset + done + part);
      packedSize += Zstd.compress(piece, SeekableZstd.LEVEL).length;
      held.add(piece);
      size += part;
      done += part;
    }
  }

  /** Whether to compress; empty as long as more has to be seen. */
  Optional<Boolean> decision(boolean ended) {
    if (formatSoFar.get().equals(Optional.of(DiskFormat.RAW))) {
      return Optional.of(true);
    }
    if (size < SAMPLE && !ended) {
      return Optional.empty();
    }
    return Optional.of(packedSize <= size * WORTH_IT);
  }

  /** Gives what was held, and forgets each piece as it goes: the sink needs memory, too. */
  void release(ByteSink sink) throws IOException {
    for (byte[] piece = held.poll(); piece != null; piece = held.poll()) {
      sink.write(piece, 0, piece.length);
    }
  }
}
