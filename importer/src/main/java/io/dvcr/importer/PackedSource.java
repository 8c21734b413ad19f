package io.dvcr.importer;

import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * The bytes of an opened source and how they are packed. Closing it closes the bytes.
 *
 * @param packing the outermost compression
 */
record PackedSource(ByteStream bytes, Compression packing) implements Closeable {
  /** Opens a source and looks at its first bytes. */
  static PackedSource open(ImageSource source) throws IOException {
    ByteStream opened = source.open();
    try {
      PeekedInputStream peeked = PeekedInputStream.of(opened.in(), Compression.HEAD_LENGTH);
      byte[] head = peeked.head();
      Compression packing =
          source.blockDevice() ? Compression.NONE : Compression.detect(head, head.length);
      return of(new ByteStream(peeked, opened.size()), packing);
    } catch (IOException | RuntimeException e) {
      try {
        opened.close();
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  static PackedSource of(ByteStream bytes, Compression packing) {
    return new PackedSource(bytes, packing);
  }

  /** The same, its bytes seen by {@code observer} as they pass. */
  PackedSource through(ByteObserver observer) {
    return of(bytes.through(observer), packing);
  }

  /** What is packed, bare. Closes this if that fails. */
  ByteStream unpacked(DecoderLimits limits) throws IOException {
    return packing == Compression.NONE
        ? bytes
        : bytes.then(in -> Decompression.unpacked(in, limits));
  }

  /** The compression's name in reports; empty for none. */
  static Optional<String> name(Compression packing) {
    return packing == Compression.NONE
        ? Optional.empty()
        : Optional.of(packing.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
