package io.dvcr.importer.pod;

import io.dvcr.contract.ImportProgress;
import io.dvcr.contract.StatusText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pod writes into its resource's status: {@code progress} and {@code downloadSpeed}, and
 * nothing else.
 *
 * @param now how far the work is
 * @param floor percent that was told before: progress never goes back
 * @param speed whether speeds are told: they are those of a download or an upload, of no other work
 * @param ended whether nothing moves any more: then there is no current speed
 */
record StatusReport(ImportProgress now, double floor, boolean speed, boolean ended) {
  /** All of it is for the controller to say, together with the phase Ready. */
  static final double COMPLETE = 100;

  /** The last step below it, with one decimal. */
  private static final double ALMOST = 99.9;

  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(\\.\\d{1,9})?)%");

  /** Percent of the text in a status; 0 if it is none. */
  static double percent(String text) {
    Matcher number = PERCENT.matcher(text);
    return number.matches() ? Double.parseDouble(number.group(1)) : 0;
  }

  /** The fields below {@code status}. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    double progress = Math.min(ALMOST, Math.max(floor, now.progress()));
    fields.put("progress", StatusText.percent(progress));
    if (speed) {
      Map<String, String> speeds = new LinkedHashMap<>();
      put(speeds, "avg", now.averageSpeed());
      if (!ended) {
        put(speeds, "current", now.currentSpeed());
      }
      fields.put("downloadSpeed", speeds);
    }
    return fields;
  }

  private static void put(Map<String, String> speeds, String name, @Nullable Long value) {
    long known = value == null ? 0 : value;
    speeds.put(name, StatusText.speed(known));
    speeds.put(name + "Bytes", Long.toString(known));
  }
}
