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
    Inspector inspector = Inspector.ofAllFormats();
    int[] reads = new int[1];
    try {
      for (int at = 0; at < image.length; ) {
        int piece = Math.min(pieces.getAsInt(), image.length - at);
        inspector.observe(image, at, piece);
        at += piece;
      }
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

  /** Inspects whole, by single bytes, by sectors and by random pieces; all agree. */
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
    return whole;
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
