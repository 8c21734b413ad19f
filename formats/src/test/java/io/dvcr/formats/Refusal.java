package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

/** Asserts that an image is refused, by one rule in whatever pieces it comes. */
final class Refusal {
  /** No power of two, so that pieces end at changing places of sectors. */
  private static final int PIECE = 509;

  private Refusal() {}

  static void assertRefused(Rule rule, byte[] image) {
    Inspection whole = Inspection.whole(image);
    assertThat(whole.refused().rule()).isEqualTo(rule);
    assertThat(Inspection.of(image, () -> PIECE).told()).isEqualTo(whole.told());
    assertThat(Inspection.withGap(image).verdict()).as("with a gap").isEqualTo(rule.toString());
  }

  static void assertRefused(Rule rule, Patched image) {
    assertRefused(rule, image.bytes());
  }
}
