package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tukaani.xz.ARM64Options;
import org.tukaani.xz.ARMOptions;
import org.tukaani.xz.ARMThumbOptions;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.IA64Options;
import org.tukaani.xz.LZMA2InputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.PowerPCOptions;
import org.tukaani.xz.RISCVOptions;
import org.tukaani.xz.SPARCOptions;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.X86Options;

/** Filters by their ids and properties (The .xz File Format 1.2.1, 5.3). */
final class XzFilters {
  static final long LZMA2 = 0x21;

  /** Codes 4 GiB - 1; above it nothing is defined (5.3.1). */
  private static final int DICTIONARY_CODE_MAX = 40;

  /** What the decoder takes beside the dictionary: its answer for the smallest one, in bytes. */
  private static final long LZMA2_OVERHEAD =
      LZMA2InputStream.getMemoryUsage(LZMA2Options.DICT_SIZE_MIN) * 1024L
          - LZMA2Options.DICT_SIZE_MIN;

  private XzFilters() {}

  /**
   * The filter with that id and those properties.
   *
   * @param offset where the properties are, for the refusal
   * @param memoryLimit bytes that LZMA2 may take; the other filters take a few KiB
   */
  static FilterOptions of(long id, byte[] properties, long offset, long memoryLimit)
      throws ImageRefusedException {
    try {
      if (id == LZMA2) {
        return lzma2(properties, offset, memoryLimit);
      }
      return id == 0x03 ? delta(properties, offset) : branch(id, properties, offset);
    } catch (UnsupportedOptionsException e) {
      throw new ImageRefusedException(
          Rule.Z7, "Filter Properties", offset, "filter 0x%x: %s".formatted(id, e.getMessage()), e);
    }
  }

  private static FilterOptions lzma2(byte[] properties, long offset, long memoryLimit)
      throws ImageRefusedException, UnsupportedOptionsException {
    requireLength(properties, 1, offset);
    int code = Byte.toUnsignedInt(properties[0]);
    if (code > DICTIONARY_CODE_MAX) {
      throw refused(offset, "the dictionary size is coded as %d, above 40".formatted(code));
    }
    long dictionary =
        code == DICTIONARY_CODE_MAX ? 0xFFFF_FFFFL : (2L | (code & 1)) << (code / 2 + 11);
    long needed = dictionary + LZMA2_OVERHEAD;
    long allowed = Math.min(memoryLimit, LZMA2Options.DICT_SIZE_MAX + LZMA2_OVERHEAD);
    if (needed > allowed) {
      throw new ImageRefusedException(
              Rule.Z8,
              "Dictionary Size",
              offset,
              "unpacking needs %d bytes of memory, %d are allowed".formatted(needed, allowed))
          .needing(needed, LZMA2Options.DICT_SIZE_MAX + LZMA2_OVERHEAD);
    }
    LZMA2Options lzma2 = new LZMA2Options();
    lzma2.setDictSize((int) dictionary);
    return lzma2;
  }

  private static FilterOptions delta(byte[] properties, long offset)
      throws ImageRefusedException, UnsupportedOptionsException {
    requireLength(properties, 1, offset);
    return new DeltaOptions(Byte.toUnsignedInt(properties[0]) + 1);
  }

  /** The branch/call/jump filters (5.3.2). */
  private static FilterOptions branch(long id, byte[] properties, long offset)
      throws ImageRefusedException, UnsupportedOptionsException {
    int start = startOffset(properties, offset);
    return switch ((int) Math.min(id, Integer.MAX_VALUE)) {
      case 0x04 -> startingAt(start, new X86Options(), X86Options::setStartOffset);
      case 0x05 -> startingAt(start, new PowerPCOptions(), PowerPCOptions::setStartOffset);
      case 0x06 -> startingAt(start, new IA64Options(), IA64Options::setStartOffset);
      case 0x07 -> startingAt(start, new ARMOptions(), ARMOptions::setStartOffset);
      case 0x08 -> startingAt(start, new ARMThumbOptions(), ARMThumbOptions::setStartOffset);
      case 0x09 -> startingAt(start, new SPARCOptions(), SPARCOptions::setStartOffset);
      case 0x0A -> startingAt(start, new ARM64Options(), ARM64Options::setStartOffset);
      case 0x0B -> startingAt(start, new RISCVOptions(), RISCVOptions::setStartOffset);
      default ->
          throw new ImageRefusedException(
              Rule.Z7, "Filter ID", offset, "filter 0x%x is not known".formatted(id));
    };
  }

  /** The address that the first byte is taken to have: zero, or the filter's only property. */
  private static int startOffset(byte[] properties, long offset) throws ImageRefusedException {
    if (properties.length == 0) {
      return 0;
    }
    requireLength(properties, Integer.BYTES, offset);
    return ByteBuffer.wrap(properties).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** The library's branch filters have this setter in common, but no public type with it. */
  @FunctionalInterface
  private interface StartOffsetSetter<F> {
    void set(F filter, int startOffset) throws UnsupportedOptionsException;
  }

  private static <F extends FilterOptions> F startingAt(
      int start, F filter, StartOffsetSetter<F> setter) throws UnsupportedOptionsException {
    setter.set(filter, start);
    return filter;
  }

  private static void requireLength(byte[] properties, int length, long offset)
      throws ImageRefusedException {
    if (properties.length != length) {
      throw refused(
          offset,
          "a filter has %d bytes of properties, not %d".formatted(properties.length, length));
    }
  }

  private static ImageRefusedException refused(long offset, String message) {
    return new ImageRefusedException(Rule.Z7, "Filter Properties", offset, message);
  }
}
