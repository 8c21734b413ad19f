package io.dvcr.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docs/contract-importer-pod.md}, read: its rows, and how many its head promises. */
final class ContractList {
  /** How many rows a section has: {@code | 5.1 | A web server | 16 |}. */
  private static final Pattern PROMISE = Pattern.compile("\\| (\\S+) \\| [^|]+ \\| (\\d+) \\|");

  /** A row: id, what is wanted, what is done, why or how, the tests. */
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\S+ [^`]+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|");

  /** What is done about a row. */
  enum Done {
    KEPT("kept"),
    FIXED("fixed"),
    OTHERWISE("otherwise"),
    OURS("ours"),
    NOTHING("nothing to do");

    private final String written;

    Done(String written) {
      this.written = written;
    }

    static Done of(String text) {
      return Stream.of(values())
          .filter(done -> done.written.equals(text))
          .findFirst()
          .orElseThrow(() -> new AssertionError("nobody does \"" + text + "\""));
    }

    /** Whether a test has to show it. */
    boolean shown() {
      return this != NOTHING;
    }
  }

  /**
   * A row.
   *
   * @param id section and name
   * @param line the whole line but its last column
   * @param tests the last column
   */
  record Entry(String id, String line, Done done, String tests) {
    String section() {
      return id.substring(0, id.indexOf(' '));
    }
  }

  private final List<String> lines;

  private ContractList(List<String> lines) {
    this.lines = lines;
  }

  static ContractList read(Path page) throws IOException {
    return new ContractList(Files.readAllLines(page));
  }

  /** Rows by section, as the head says. */
  Map<String, Integer> promised() {
    Map<String, Integer> promised = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher matcher = PROMISE.matcher(line);
      if (matcher.matches()) {
        promised.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
      }
    }
    return promised;
  }

  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      Matcher matcher = ROW.matcher(line);
      if (matcher.matches()) {
        String before = line.substring(0, matcher.start(5));
        Done done = Done.of(matcher.group(3).strip());
        entries.add(new Entry(matcher.group(1), before, done, matcher.group(5).strip()));
      } else if (line.startsWith("| `")) {
        throw new AssertionError("no row: " + line);
      }
    }
    return entries;
  }

  /** The page with other tests in its last column. */
  String with(Map<String, String> tests) {
    StringBuilder page = new StringBuilder();
    for (String line : lines) {
      Matcher matcher = ROW.matcher(line);
      String shown =
          matcher.matches()
              ? line.substring(0, matcher.start(5)) + tests.get(matcher.group(1)) + " |"
              : line;
      page.append(shown).append('\n');
    }
    return page.toString();
  }
}
