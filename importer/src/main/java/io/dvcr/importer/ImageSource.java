package io.dvcr.importer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where an image's bytes come from. */
public interface ImageSource extends Closeable {
  /** For messages and results: a URL without secrets, a path, {@code standard input}. */
  String description();

  /** The last part of the source's name; empty if it has none. */
  String fileName();

  /** Whether the content is a guest's own disk, which is raw whatever it looks like. */
  default boolean blockDevice() {
    return false;
  }

  /**
   * The bytes, front to back; a source that is not repeatable is opened once. Cuts are resumed
   * inside, as long as the source's retry policy allows. The caller closes the stream.
   *
   * @throws SourceException if the source can't be read, all tries used
   * @throws java.io.InterruptedIOException if the thread is interrupted
   */
  ByteStream open() throws IOException;

  /** Whether parts can be read again by {@link #openRange}; known once it was opened. */
  boolean repeatable();

  /** Whether a part costs no more than its own bytes; else all before it are read with it. */
  default boolean seekable() {
    return repeatable();
  }

  /**
   * What another process would find too, if it is still the same content; known once it was opened.
   * Empty if nothing tells that, or parts can't be read.
   */
  default Optional<String> identity() {
    return Optional.empty();
  }

  /**
   * A part of the same bytes that {@link #open} gave; only for a repeatable source. The caller
   * closes it.
   *
   * @throws SourceException as {@link #open}, also if the source has changed since
   */
  InputStream openRange(long from, long length) throws IOException;

  @Override
  default void close() throws IOException {}
}
