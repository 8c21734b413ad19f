package io.dvcr.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongUnaryOperator;

/**
 * A qcow2 image of hostile size, made up word by word while it is read, and a program that inspects
 * it: run in a process of its own with little memory, for only that proves a bound.
 */
final class HostileImage {
  private static final int L1_ENTRIES = 4 << 20;

  private final long length;
  private final byte[] header;
  private final LongUnaryOperator words;

  private HostileImage(long length, byte[] header, LongUnaryOperator words) {
    this.length = length;
    this.header = header;
    this.words = words;
  }

  /** Inspects the image that the first argument names and prints what came out. */
  public static void main(String[] arguments) throws IOException {
    HostileImage image =
        switch (arguments[0]) {
          case "l2TablesAhead" -> smallClusters(1 << 10, (1 << 10) + L1_ENTRIES * 8L);
          case "l2TablesBehind" -> smallClusters((1 << 10) + L1_ENTRIES * 512L, 1 << 10);
          case "clustersAhead" -> largeClusters();
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.println(image.inspect());
  }

  private String inspect() throws IOException {
    Inspector inspector = Inspector.ofAllFormats();
    byte[] piece = new byte[60_000]; // no divisor of any table, so that all are cut
    long[] read = new long[1];
    try {
      for (long at = 0; at < length; ) {
        int count = (int) Math.min(piece.length, length - at);
        fill(at, piece, 0, count);
        inspector.observe(piece, 0, count);
        at += count;
      }
      DiskImage disk =
          inspector.finish((position, buffer, offset, count) -> {
            fill(position, buffer, offset, count);
            read[0] += count;
          });
      return disk.format() + " of " + disk.virtualSize() + ", read again " + read[0];
    } catch (ImageRefusedException e) {
      return e.rule() + " " + e.getMessage();
    }
  }

  private void fill(long position, byte[] buffer, int offset, int count) {
    for (int i = 0; i < count; i++) {
      long at = position + i;
      if (at < header.length) {
        buffer[offset + i] = header[(int) at];
      } else if (at % 8 == 0 && i + 8 <= count) {
        ByteBuffer.wrap(buffer).putLong(offset + i, words.applyAsLong(at));
        i += 7;
      } else {
        buffer[offset + i] = (byte) (words.applyAsLong(at & -8) >>> (56 - at % 8 * 8));
      }
    }
  }

  /** The most L1 entries there can be, each with an L2 table of its own, which is empty. */
  private static HostileImage smallClusters(long l1, long l2) {
    long length = (1 << 10) + L1_ENTRIES * (8L + 512);
    byte[] header = header(9, L1_ENTRIES * (64L * 512), L1_ENTRIES, l1);
    return new HostileImage(
        length, header, at -> at >= l1 && at < l1 + L1_ENTRIES * 8L ? l2 + (at - l1) / 8 * 512 : 0);
  }

  /** A full L2 table of compressed clusters, the longest there can be, that overlap one another. */
  private static HostileImage largeClusters() {
    int cluster = 2 << 20;
    byte[] header = header(21, 512L << 30, 1, cluster);
    return new HostileImage(
        5L * cluster,
        header,
        at -> {
          if (at == cluster) {
            return 2L * cluster;
          }
          boolean inL2 = at >= 2L * cluster && at < 3L * cluster;
          return inL2 ? (-1L >>> 2 << 49) | 1L << 62 | (3L * cluster + at / 8) : 0;
        });
  }

  private static byte[] header(int clusterBits, long size, int l1Entries, long l1) {
    byte[] header = new byte[1 << 9];
    ByteBuffer fields = ByteBuffer.wrap(header);
    fields.putInt(0, 0x514649FB).putInt(4, 2).putInt(20, clusterBits).putLong(24, size);
    fields.putInt(36, l1Entries).putLong(40, l1).putInt(56, 1);
    return header;
  }
}
