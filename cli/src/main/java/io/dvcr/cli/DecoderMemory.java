package io.dvcr.cli;

/** What unpacking xz may take, as an option and as the process can give it. */
final class DecoderMemory {
  /** Buffers, bytes held for sending again and the program itself, while a dictionary is there. */
  private static final long OTHERS = 160L << 20;

  /** Enough for xz -9; where the process has less, it is what there is. */
  static final String DEFAULT = "128Mi";

  /** What xz -6, its default, needs. */
  private static final long LEAST = 16L << 20;

  private DecoderMemory() {}

  /**
   * The size that is written.
   *
   * @throws IllegalArgumentException if it is none, or more than the process has
   */
  static long parse(String text) {
    long wanted = Sizes.parse(text);
    long available = Runtime.getRuntime().maxMemory() - OTHERS;
    if (text.equals(DEFAULT)) {
      return Math.min(wanted, Math.max(LEAST, available));
    }
    if (wanted > available) {
      throw new IllegalArgumentException(
          "%s are more than this process can give, %s; start it with DVCR_JAVA_OPTIONS=-Xmx…"
              .formatted(Sizes.shown(wanted), Sizes.shown(available)));
    }
    return wanted;
  }
}
