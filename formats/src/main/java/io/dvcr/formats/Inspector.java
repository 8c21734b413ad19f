package io.dvcr.formats;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Watches the bytes of one unpacked image as they pass, front to back and in pieces of any size,
 * and tells what the image is, or refuses it at the first byte that shows why. Keeps at most {@link
 * #MEMORY} bytes whatever the image's size; what that does not suffice for is read again by range
 * in {@link #finish}. Not for use by more than one thread at a time.
 */
public final class Inspector {
  /** The most bytes that an inspection holds. */
  public static final int MEMORY = 16 << 20;

  /** How many first bytes must be observed before any may be skipped, bytes. */
  public static final int FIRST_SEEN = Head.LENGTH;

  /** How many last bytes must be observed after some were skipped, bytes. */
  public static final int LAST_SEEN = Tail.LENGTH;

  private final boolean detects;
  private final Regions regions = new Regions();
  private final TailRing tail = new TailRing();
  private byte[] head = new byte[Head.LENGTH];
  private @Nullable FormatInspector format;

  private Inspector(boolean detects) {
    this.detects = detects;
  }

  /** Tells the format by the content. */
  public static Inspector ofAllFormats() {
    return new Inspector(true);
  }

  /**
   * Takes the bytes for a raw disk whatever they look like: a block device's content is the
   * guest's.
   */
  public static Inspector ofRaw() {
    Inspector inspector = new Inspector(false);
    inspector.format = new RawInspector(PartitionTables.NONE);
    return inspector;
  }

  /**
   * The next bytes of the image. The array is not kept.
   *
   * @throws ImageRefusedException if they break a rule; nothing more may be observed then
   */
  public void observe(byte[] bytes, int offset, int length) throws ImageRefusedException {
    long position = tail.length();
    tail.observe(bytes, offset, length);
    int ofHead = 0;
    if (format == null) {
      ofHead = (int) Math.min(length, Head.LENGTH - position);
      System.arraycopy(bytes, offset, head, (int) position, ofHead);
      if (position + ofHead == Head.LENGTH) {
        open(Head.LENGTH);
      }
    }
    if (format != null) {
      regions.observe(bytes, offset + ofHead, length - ofHead);
    }
  }

  /**
   * Whether the format, once it is known, can be checked though bytes of it were skipped. A stream
   * of records can't: only all of them tell where it ends.
   */
  public boolean skippable() {
    return format != null && format.skippable();
  }

  /**
   * The next {@code count} bytes pass unseen, if {@link #skippable}, between {@link #FIRST_SEEN}
   * and {@link #LAST_SEEN} that are observed. From here on nothing is checked as it passes; {@link
   * #finish} reads all tables again.
   */
  public void skip(long count) throws ImageRefusedException {
    if (!skippable()) {
      throw new IllegalStateException("these bytes must be seen");
    }
    tail.skip(count);
    regions.skip(count);
  }

  private FormatInspector open(int headLength) throws ImageRefusedException {
    FormatInspector opened = Formats.open(new Head(head, headLength), regions);
    format = opened;
    regions.observe(head, 0, headLength);
    head = new byte[0];
    return opened;
  }

  /** The format as far as it is known: present once the first 36 KiB, or the end, were seen. */
  public Optional<DiskFormat> formatSoFar() {
    return Optional.ofNullable(format).map(FormatInspector::format);
  }

  /** The virtual size that a header claims, as soon as it has passed; a claim until the end. */
  public OptionalLong claimedVirtualSize() {
    return format == null ? OptionalLong.empty() : format.claimedVirtualSize();
  }

  /**
   * The verdict, after the last byte. Reads again what could not be checked on the way.
   *
   * @param again the image's bytes once more
   * @throws ImageRefusedException if the image breaks a rule
   * @throws IOException if {@code again} fails
   */
  public DiskImage finish(RangeReader again) throws IOException {
    long fileLength = tail.length();
    if (fileLength == 0) {
      throw new ImageRefusedException(Rule.R1, "file length", -1, "the image is empty");
    }
    FormatInspector inspector = format != null ? format : open((int) fileLength);
    regions.end();
    Tail last = tail.tail();
    if (detects) {
      inspector = Formats.close(inspector, last);
      format = inspector;
    }
    inspector.end(last);
    regions.readAgain(again);
    long virtualSize = inspector.virtualSize(fileLength);
    return new DiskImage(inspector.format(), virtualSize, fileLength, inspector.notes());
  }
}
