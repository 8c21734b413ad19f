package io.dvcr.importer.pod;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The logging flags that controllers give to such a program (klog v2, {@code klog.go}, InitFlags),
 * in the spellings of Go's package flag: {@code -v=3}, {@code --v=3}, {@code -v 3}. They are
 * accepted and mean nothing here.
 */
public final class KlogFlags {
  /** Flags without a value of their own unless one stands behind an equals sign. */
  private static final Set<String> SWITCHES =
      Set.of(
          "add_dir_header",
          "alsologtostderr",
          "legacy_stderr_threshold_behavior",
          "logtostderr",
          "one_output",
          "skip_headers",
          "skip_log_headers");

  private static final Set<String> VALUES =
      Set.of(
          "log_backtrace_at",
          "log_dir",
          "log_file",
          "log_file_max_size",
          "stderrthreshold",
          "v",
          "vmodule");

  private KlogFlags() {}

  /** What is wrong with the arguments; empty if nothing is. */
  public static List<String> problems(String... arguments) {
    List<String> problems = new ArrayList<>();
    Deque<String> left = new ArrayDeque<>(Arrays.asList(arguments));
    while (!left.isEmpty()) {
      String argument = left.removeFirst();
      if (!argument.startsWith("-") || argument.equals("-")) {
        problems.add("unexpected argument \"" + argument + "\", there are flags only");
        continue;
      }
      String flag = argument.substring(argument.startsWith("--") ? 2 : 1);
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      boolean takesNext = equals < 0 && VALUES.contains(name);
      if (!SWITCHES.contains(name) && !VALUES.contains(name)) {
        problems.add("there is no flag -" + name);
      } else if (takesNext && left.isEmpty()) {
        problems.add("flag -" + name + " needs a value");
      } else if (takesNext) {
        left.removeFirst();
      }
    }
    return problems;
  }
}
