package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that a qcow2 image itself gives to its feature bits, for a message (QEMU
 * docs/interop/qcow2.txt, "Feature name table"): entries of a byte for the kind, a byte for the bit
 * and 46 bytes of text.
 */
final class FeatureNames {
  private static final int EXTENSION = 0x6803F857;
  private static final int ENTRY = 48;
  private static final int INCOMPATIBLE = 0;

  /** As many as a sentence bears. */
  private static final int MOST_DESCRIBED = 4;

  private FeatureNames() {}

  /**
   * The incompatible features of {@code bits}, by name as far as the extensions that start at
   * {@code offset} of {@code head} name them.
   */
  static String describe(Head head, int offset, long bits) {
    ByteBuffer table = table(head.buffer(), offset);
    List<String> described = new ArrayList<>();
    long left = bits;
    while (left != 0 && described.size() < MOST_DESCRIBED) {
      int bit = Long.numberOfTrailingZeros(left);
      described.add("bit " + bit + name(table, bit));
      left &= left - 1;
    }
    if (left != 0) {
      described.add(Long.bitCount(left) + " more");
    }
    return String.join(", ", described);
  }

  private static String name(ByteBuffer table, int bit) {
    for (int at = 0; at + ENTRY <= table.limit(); at += ENTRY) {
      if (table.get(at) == INCOMPATIBLE && table.get(at + 1) == bit) {
        return " (" + Printable.text(table, at + 2, ENTRY - 2) + ")";
      }
    }
    return "";
  }

  /** The table as far as {@code head} has it; empty if it is not there. */
  private static ByteBuffer table(ByteBuffer head, int offset) {
    long at = offset;
    while (at + 8 <= head.limit()) {
      int type = head.getInt((int) at);
      long length = Integer.toUnsignedLong(head.getInt((int) at + 4));
      if (type == EXTENSION) {
        int start = (int) at + 8;
        return head.slice(start, (int) Math.min(length, head.limit() - start));
      }
      if (type == 0) {
        break;
      }
      at += 8 + (length + 7) / 8 * 8;
    }
    return ByteBuffer.allocate(0);
  }
}
