package io.dvcr.registry;

import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.registry.http.BlockInputStream;
import io.dvcr.registry.http.BoundedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;

/** A blob out of a layout folder; its digest is verified at the end. */
final class LayoutBlobStream extends BlockInputStream {
  private final DigestInputStream in;
  private final String action;
  private final Descriptor blob;
  private long position;
  private boolean verified;

  private LayoutBlobStream(String action, InputStream in, Descriptor blob) {
    this.in = new DigestInputStream(in, blob.digest().newMessageDigest());
    this.action = action;
    this.blob = blob;
  }

  static InputStream open(String action, Path file, Descriptor blob) throws IOException {
    requireSize(action, file, blob);
    return new LayoutBlobStream(action, LayoutFiles.open(file), blob);
  }

  /** A part of it, whose digest can't be verified. */
  static InputStream openRange(String action, Path file, Descriptor blob, long from, long length)
      throws IOException {
    requireSize(action, file, blob);
    InputStream in = LayoutFiles.open(file);
    in.skipNBytes(from);
    return new BoundedInputStream(in, length);
  }

  private static void requireSize(String action, Path file, Descriptor blob) throws IOException {
    long size = Files.size(file);
    if (size != blob.size()) {
      throw new RegistryException(
          Kind.REJECTED,
          action,
          0,
          RegistryException.DIGEST_INVALID,
          file + " has " + size + " bytes, not " + blob.size());
    }
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    int count = in.read(bytes, offset, length);
    if (count > 0) {
      position += count;
    } else if (count < 0 && !verified) {
      verified = true;
      verify();
    }
    return count;
  }

  private void verify() throws IOException {
    String found = HexFormat.of().formatHex(in.getMessageDigest().digest());
    boolean right = found.equals(blob.digest().hex()) && position == blob.size();
    if (!right) {
      throw new RegistryException(
          Kind.REJECTED,
          action,
          0,
          RegistryException.DIGEST_INVALID,
          "its content has the digest " + found + ", it was damaged");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
