package io.dvcr.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as they are written and shown. */
final class Sizes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,19})(|Ki|Mi|Gi|Ti)");
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Sizes() {}

  /**
   * Bytes of {@code 4096} or {@code 10Gi}.
   *
   * @throws IllegalArgumentException if it is no size
   */
  static long parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (matcher.matches()) {
      int shift =
          switch (matcher.group(2)) {
            case "Ki" -> 10;
            case "Mi" -> 20;
            case "Gi" -> 30;
            case "Ti" -> 40;
            default -> 0;
          };
      try {
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
      } catch (ArithmeticException | NumberFormatException e) {
        // Told below.
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no size, write bytes or a number with Ki, Mi, Gi or Ti");
  }

  /**
   * {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}.
   *
   * @throws IllegalArgumentException if it is no time
   */
  static Duration parseTime(String text) {
    Matcher matcher = TIME.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no time, write a number with ms, s, m or h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  /** {@code 285.9 MiB}. */
  static String shown(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** {@code 1:05}, {@code 2:01:05}. */
  static String shownTime(long seconds) {
    long hours = seconds / 3600;
    long minutes = seconds / 60 % 60;
    return hours > 0
        ? "%d:%02d:%02d".formatted(hours, minutes, seconds % 60)
        : "%d:%02d".formatted(minutes, seconds % 60);
  }
}
