package io.dvcr.registry;

import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob, or of a part of it, out of a registry. A cut is resumed where it happened;
 * length and, of a whole one, digest are verified before the end is told.
 */
final class BlobStream extends BlockInputStream {
  /** Asks the registry for the bytes from an offset on, up to the end or beyond. */
  @FunctionalInterface
  interface Opener {
    InputStream from(long offset) throws IOException;
  }

  private final RegistryCalls calls;
  private final String action;
  private final Descriptor blob;
  private final long end;
  private final Opener opener;
  private final Retries retries;
  private final @Nullable MessageDigest digest;
  private @Nullable InputStream in;
  private long position;
  private boolean closed;

  /**
   * @param from with {@code end} the part that is read
   * @param end one past its last byte
   */
  BlobStream(
      RegistryCalls calls, String action, Descriptor blob, long from, long end, Opener opener)
      throws IOException {
    this.calls = calls;
    this.action = action;
    this.blob = blob;
    this.opener = opener;
    this.retries = calls.retries();
    boolean whole = from == 0 && end == blob.size();
    this.digest = whole ? blob.digest().newMessageDigest() : null;
    this.end = end;
    this.position = from;
    reopen(null);
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("the blob is closed");
    }
    if (position == end) {
      verify();
      return -1;
    }
    int wanted = (int) Math.min(length, end - position);
    while (true) {
      try {
        int count = Objects.requireNonNull(in).read(bytes, offset, wanted);
        if (count < 0) {
          throw new IOException("the blob ended at byte " + position + " of " + blob.size());
        }
        if (digest != null) {
          digest.update(bytes, offset, count);
        }
        position += count;
        retries.progressed();
        return count;
      } catch (IOException e) {
        reopen(e);
      }
    }
  }

  private void reopen(@Nullable IOException cut) throws IOException {
    IOException failure = cut;
    while (true) {
      if (failure != null) {
        failure = calls.failure(action, failure);
        boolean again =
            failure instanceof RegistryException e
                && e.retryable()
                && retries.waitForNext(e, e.retryAfter());
        if (!again) {
          throw failure;
        }
      }
      try {
        closeInput();
        in = opener.from(position);
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  private void verify() throws IOException {
    if (digest == null) {
      return;
    }
    Digest found = new Digest(blob.digest().algorithm(), hex(digest));
    if (!found.equals(blob.digest())) {
      throw new RegistryException(
          RegistryException.Kind.REJECTED,
          action,
          0,
          RegistryException.DIGEST_INVALID,
          "its content has the digest " + found + ", it was damaged or exchanged");
    }
  }

  private static String hex(MessageDigest digest) throws IOException {
    try {
      MessageDigest copy = (MessageDigest) digest.clone();
      return HexFormat.of().formatHex(copy.digest());
    } catch (CloneNotSupportedException e) {
      throw new IOException(e);
    }
  }

  private void closeInput() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    closeInput();
  }
}
