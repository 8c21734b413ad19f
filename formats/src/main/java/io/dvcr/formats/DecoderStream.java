package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all decoders have in common: once one has failed, every further read fails with the same
 * exception; closing it closes its input. A read returns as soon as it has something, so it may be
 * short. Not for use by more than one thread at a time.
 */
abstract class DecoderStream extends InputStream {
  /** The packed bytes. Closed with this stream. */
  final PackedInput in;

  private @Nullable IOException failure;
  private boolean ended;
  private boolean closed;

  DecoderStream(PackedInput in) {
    this.in = in;
  }

  /**
   * Unpacks at least one byte and at most {@code length}, which is not zero.
   *
   * @return how many; -1 at the end, when every check of the whole stream has been made
   */
  abstract int decode(byte[] bytes, int offset, int length) throws IOException;

  /** Gives back what the garbage collector would not. Called once. */
  void release() {}

  @Override
  public final int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("the stream is closed");
    }
    if (length == 0) {
      return 0;
    }
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      return -1;
    }
    try {
      int count = decode(bytes, offset, length);
      ended = count < 0;
      return count;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public final void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      release();
    } finally {
      in.close();
    }
  }
}
