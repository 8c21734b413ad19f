package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks the grains of a VMDK one after the other, each in pieces, to see whether they are whole
 * (RFC 1950). Counts what comes out and keeps none of it.
 */
final class VmdkUnpacker {
  private final VmdkHeader header;
  private final Inflater inflater = new Inflater();
  private final byte[] unpacked = new byte[64 << 10];
  private long at;
  private long length;

  VmdkUnpacker(VmdkHeader header) {
    this.header = header;
  }

  /** Begins a grain whose packed bytes start at {@code at}. */
  void begin(long at) {
    this.at = at;
    length = 0;
    inflater.reset();
  }

  /**
   * The next packed bytes of the grain.
   *
   * @return whether the packed stream ended
   */
  boolean add(ByteBuffer packed) throws ImageRefusedException {
    inflater.setInput(packed);
    try {
      while (!inflater.finished() && !inflater.needsInput()) {
        int count = inflater.inflate(unpacked);
        length += count;
        if (count == 0 && inflater.needsDictionary()) {
          throw refused("needs a preset dictionary");
        }
        if (length > header.grainLength()) {
          throw refused("unpacks to more than a grain of %d bytes".formatted(header.grainLength()));
        }
      }
    } catch (DataFormatException e) {
      throw new ImageRefusedException(
          Rule.V13, "grain", at, "a grain of the VMDK does not unpack", e);
    }
    return inflater.finished();
  }

  /**
   * The grain's packed bytes are over.
   *
   * @param wanted bytes that must have come out at least
   */
  void end(long wanted) throws ImageRefusedException {
    if (!inflater.finished()) {
      throw refused("is cut");
    }
    if (length < wanted) {
      throw refused("unpacks to %d bytes, not to %d".formatted(length, wanted));
    }
  }

  /** Gives native memory back; a begin after it is no more possible. */
  void close() {
    inflater.end();
  }

  private ImageRefusedException refused(String what) {
    return new ImageRefusedException(Rule.V13, "grain", at, "a grain of the VMDK " + what);
  }
}
