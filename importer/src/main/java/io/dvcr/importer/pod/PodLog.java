package io.dvcr.importer.pod;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a pod's program says while it runs: one line an event, as text or as a JSON object. */
public final class PodLog {
  private final PrintStream out;
  private final Clock clock;
  private final boolean json;

  /** Lines to {@code out}. */
  public PodLog(PrintStream out, Clock clock, boolean json) {
    this.out = out;
    this.clock = clock;
    this.json = json;
  }

  /** Something that is as it should be. */
  public void info(String message) {
    line("info", message);
  }

  /** Something that is not, though the work goes on. */
  public void warn(String message) {
    line("warn", message);
  }

  /** Why the work ended without its result. */
  public void error(String message) {
    line("error", message);
  }

  private void line(String level, String message) {
    String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    // What servers said may be in it: one event stays one line, and no terminal obeys it.
    String harmless = message.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]+", " ");
    out.println(json ? object(time, level, harmless) : time + " " + level + " " + harmless);
    out.flush();
  }

  private static String object(String time, String level, String message) {
    Map<String, String> object = new LinkedHashMap<>();
    object.put("time", time);
    object.put("level", level);
    object.put("msg", message);
    try {
      return Json.MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
