package io.dvcr.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What several runs have loaded and linked, in one order (JDK 25, {@code classListWriter.cpp}): a
 * line a class; a line for each lambda and form of invocation, which begins with {@code @lambda-};
 * and for each class the places of its constant pool that were resolved, behind {@code @cp}.
 */
final class ClassList {
  private static final String PLACES = "@cp ";

  private final NavigableSet<String> classes = new TreeSet<>();
  private final NavigableSet<String> lambdas = new TreeSet<>();
  private final NavigableMap<String, NavigableSet<Integer>> places = new TreeMap<>();

  /** Adds what {@code -XX:DumpLoadedClassList} has written. */
  void add(Path file) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(PLACES)) {
        addPlaces(line.substring(PLACES.length()).split(" ", -1));
      } else if (line.startsWith("@")) {
        lambdas.add(line);
      } else if (!line.startsWith("#")) {
        // Its number serves classes of other loaders, of which there are none.
        classes.add(line.replaceFirst(" id: [0-9]+$", ""));
      }
    }
  }

  private void addPlaces(String... words) {
    NavigableSet<Integer> ofClass = places.computeIfAbsent(words[0], name -> new TreeSet<>());
    Arrays.stream(words).skip(1).map(Integer::valueOf).forEach(ofClass::add);
  }

  /** Writes everything, for {@code -XX:SharedClassListFile}. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(classes);
    lines.addAll(lambdas);
    places.forEach((name, ofClass) -> lines.add(PLACES + name + words(ofClass)));
    Files.write(file, lines);
  }

  private static String words(NavigableSet<Integer> numbers) {
    StringBuilder words = new StringBuilder();
    numbers.forEach(number -> words.append(' ').append(number));
    return words.toString();
  }
}
