package io.dvcr.importer;

import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;

/**
 * Unpacks a stream: every compression that its first bytes tell, each once. What is packed twice
 * with the same one stays packed the second time, and is a raw disk then.
 */
final class Decompression {
  private Decompression() {}

  static InputStream unpacked(InputStream in, DecoderLimits limits) throws IOException {
    Set<Compression> used = EnumSet.of(Compression.NONE);
    InputStream stream = in;
    while (true) {
      PeekedInputStream peeked = PeekedInputStream.of(stream, Compression.HEAD_LENGTH);
      byte[] head = peeked.head();
      Compression compression = Compression.detect(head, head.length);
      if (!used.add(compression)) {
        return peeked;
      }
      stream = compression.decode(peeked, limits);
    }
  }
}
