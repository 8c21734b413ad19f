package io.dvcr.contract;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as they are written into a resource's status. */
public final class StatusText {
  private static final String[] UNITS = {"B", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  /** Below it there are no units, so that no fraction of a byte is told. */
  private static final long WITH_UNIT = 10;

  private StatusText() {}

  /**
   * {@code 0%}, {@code 28.2%}, {@code 100%}: the ends without decimals, else one, of the exact
   * binary value and ties to even (as C's {@code %.1f}).
   *
   * @param value 0 to 100
   */
  public static String percent(double value) {
    if (value == 0 || value == 100) {
      return (int) value + "%";
    }
    return new BigDecimal(value).setScale(1, RoundingMode.HALF_EVEN).toPlainString() + "%";
  }

  /** {@code 1023B}, {@code 1.5Ki}, {@code 15.5Mi}: at most one decimal, half up, and no carry. */
  public static String bytes(long value) {
    if (value < WITH_UNIT) {
      return value + "B";
    }
    int power = (Long.SIZE - 1 - Long.numberOfLeadingZeros(value)) / 10; // 1024 is 2 to the 10th
    double tenths = Math.floor(value / Math.pow(1024, power) * 10 + 0.5);
    return BigDecimal.valueOf(tenths).movePointLeft(1).stripTrailingZeros().toPlainString()
        + UNITS[power];
  }

  /** {@code 15.5Mi/s}. */
  public static String speed(long bytesPerSecond) {
    return bytes(bytesPerSecond) + "/s";
  }
}
