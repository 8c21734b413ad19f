package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of an inspector over an image in memory.
 *
 * @param image the verdict, unless it was refused
 * @param refusal why it was refused, if it was
 * @param reads how often ranges were read again
 */
record Inspection(@Nullable DiskImage image, @Nullable ImageRefusedException refusal, int reads) {
  /** Inspects {@code image} in pieces as long as {@code pieces} says. */
  static Inspection of(byte[] image, IntSupplier pieces) {
    return of(image, inspector -> observe(inspector, image, 0, image.length, pieces));
  }

  /** Inspects what has to be seen of an image; what lies between passes unseen. */
  static Inspection withGap(byte[] image) {
    int first = Math.min(image.length, Inspector.FIRST_SEEN);
    int last = Math.max(first, image.length - Inspector.LAST_SEEN);
    return of(
        image,
        inspector -> {
          observe(inspector, image, 0, first, () -> first);
          int seen = first;
          if (inspector.skippable() && last > first) {
            inspector.skip(last - first);
            seen = last;
          }
          observe(inspector, image, seen, image.length, () -> 500);
        });
  }

  private static void observe(
      Inspector inspector, byte[] image, int from, int to, IntSupplier pieces)
      throws ImageRefusedException {
    for (int at = from; at < to; ) {
      int piece = Math.min(pieces.getAsInt(), to - at);
      inspector.observe(image, at, piece);
      at += piece;
    }
  }

  /** Shows an image to an inspector. */
  private interface Showing {
    void to(Inspector inspector) throws ImageRefusedException;
  }

  private static Inspection of(byte[] image, Showing showing) {
    Inspector inspector = Inspector.ofAllFormats();
    int[] reads = new int[1];
    try {
      showing.to(inspector);
      DiskImage disk =
          inspector.finish((position, buffer, offset, length) -> {
            reads[0]++;
            assertThat(position).isNotNegative();
            assertThat(position + length).isLessThanOrEqualTo(image.length);
            System.arraycopy(image, Math.toIntExact(position), buffer, offset, length);
          });
      return new Inspection(disk, null, reads[0]);
    } catch (ImageRefusedException e) {
      return new Inspection(null, e, reads[0]);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }

  static Inspection whole(byte[] image) {
    return of(image, () -> Math.max(1, image.length));
  }

  /** Inspects whole, by single bytes, by sectors, by random pieces and with a gap; all agree. */
  static Inspection everyWay(byte[] image) {
    Inspection whole = whole(image);
    assertThat(of(image, () -> 1).told()).as("byte by byte").isEqualTo(whole.told());
    assertThat(of(image, () -> 512).told()).as("by sectors").isEqualTo(whole.told());
    for (long seed = 1; seed <= 3; seed++) {
      Random random = new Random(seed);
      assertThat(of(image, () -> 1 + random.nextInt(100_000)).told())
          .as("random pieces, seed %d", seed)
          .isEqualTo(whole.told());
    }
    assertThat(withGap(image).verdict()).as("with a gap").isEqualTo(whole.verdict());
    return whole;
  }

  /** What was found out, however it was. */
  String verdict() {
    return refusal == null ? String.valueOf(image) : String.valueOf(refusal.rule());
  }

  /** Verdict or refusal, as text to compare. */
  String told() {
    return refusal == null
        ? image + ", reads " + reads
        : refusal.rule() + " " + refusal.field() + " " + refusal.offset() + ": " + refusal;
  }

  /** The image; fails if it was refused. */
  DiskImage accepted() {
    if (image == null) {
      throw new AssertionError("refused: " + told(), refusal);
    }
    return image;
  }

  /** The refusal; fails if it was accepted. */
  ImageRefusedException refused() {
    if (refusal == null) {
      throw new AssertionError("accepted: " + told());
    }
    return refusal;
  }
}
