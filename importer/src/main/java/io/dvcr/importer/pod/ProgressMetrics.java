package io.dvcr.importer.pod;

import io.dvcr.contract.ImportProgress;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Progress in the text format of Prometheus 0.0.4. Controllers find the three first families with
 * regular expressions: one label, no space inside the braces, and values without a capital E.
 */
final class ProgressMetrics {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final List<String> PHASES = List.of("reading", "unpacking", "storing");

  private final String ownerUid;
  private final LegWatches watches;
  private volatile ImportProgress last =
      new ImportProgress(0, PHASES.getFirst(), 0, 0, null, 0L, 0L, null);

  /**
   * @param ownerUid the label of all metrics of progress
   * @param watches what is told beside progress
   */
  ProgressMetrics(String ownerUid, LegWatches watches) {
    this.watches = watches;
    this.ownerUid = escaped(ownerUid);
  }

  /** What is told from now on. */
  void set(ImportProgress now) {
    last = now;
  }

  String text() {
    ImportProgress now = last;
    StringBuilder text = new StringBuilder();
    owned(
        text,
        "registry_progress",
        "The registry import progress in percentage",
        BigDecimal.valueOf(now.progress()).stripTrailingZeros().toPlainString());
    owned(
        text,
        "registry_average_speed",
        "The average registry import speed in bytes/sec",
        number(now.averageSpeed()));
    owned(
        text,
        "registry_current_speed",
        "The current registry import speed in bytes/sec",
        number(now.currentSpeed()));
    family(text, "dvcr_received_bytes", "Bytes of the source in the reading that is under way");
    text.append("dvcr_received_bytes ").append(now.received()).append('\n');
    family(text, "dvcr_sent_bytes", "Bytes that were sent to the registry");
    text.append("dvcr_sent_bytes ").append(now.stored()).append('\n');
    family(text, "dvcr_resumed_bytes", "Bytes of the layer that an earlier container brought");
    text.append("dvcr_resumed_bytes ").append(watches.resumedAt()).append('\n');
    family(text, "dvcr_retries", "How often a leg failed and was tried again");
    for (LegWatch leg : watches.legs()) {
      text.append("dvcr_retries{leg=\"").append(leg.leg()).append("\"} ");
      text.append(leg.retries()).append('\n');
    }
    family(text, "dvcr_phase", "What the import does now: 1 for one of the phases");
    for (String phase : PHASES) {
      text.append("dvcr_phase{phase=\"").append(phase).append("\"} ");
      text.append(phase.equals(now.phase()) ? 1 : 0).append('\n');
    }
    return text.toString();
  }

  private void owned(StringBuilder text, String name, String help, String value) {
    family(text, name, help);
    text.append(name).append("{ownerUID=\"").append(ownerUid).append("\"} ");
    text.append(value).append('\n');
  }

  private static void family(StringBuilder text, String name, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(" gauge\n");
  }

  private static String number(@Nullable Long value) {
    return Long.toString(value == null ? 0 : value);
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
