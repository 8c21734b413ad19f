package io.dvcr.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * The classes of large libraries that our own classes reach: each one that a reached class names in
 * its constant pool, be it as a class, in a descriptor or as a string. Java reads the names of all
 * that lies in a jar before it looks for services, which took a sixth of the start for 7000 classes
 * of which 500 can ever be used.
 */
final class ReachedClasses {
  private static final String OURS = "io/dvcr/";
  private static final String CLASS = ".class";
  private static final Pattern VERSION = Pattern.compile("^META-INF/versions/[0-9]+/");
  private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([\\w/$]+);");
  private static final Pattern NAME = Pattern.compile("[\\w./$]+");

  private final Set<String> reached = new HashSet<>();

  /**
   * @param jars all that are in the image
   * @param libraries those of them of which only what is reached is kept
   */
  ReachedClasses(List<Path> jars, List<Path> libraries) throws IOException {
    Map<String, Set<String>> named = new HashMap<>();
    Deque<String> next = new ArrayDeque<>();
    for (Path jar : jars) {
      if (libraries.contains(jar)) {
        read(jar, "").forEach((name, names) -> named.merge(name, names, ReachedClasses::union));
      } else {
        read(jar, OURS).values().forEach(next::addAll);
      }
    }
    while (!next.isEmpty()) {
      String name = next.remove();
      Set<String> names = named.get(name);
      if (names != null && reached.add(name)) {
        next.addAll(names);
      }
    }
  }

  /** Whether an entry of such a library is needed. What its services were is not. */
  boolean isKept(String entry) {
    return entry.endsWith(CLASS)
        ? reached.contains(className(entry))
        : !entry.startsWith("META-INF/services/");
  }

  /** What the classes below a package name, by their names; versions of one class together. */
  private static Map<String, Set<String>> read(Path file, String below) throws IOException {
    Map<String, Set<String>> named = new HashMap<>();
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      for (ZipEntry entry : (Iterable<ZipEntry>) jar.stream().map(ZipEntry.class::cast)::iterator) {
        if (entry.getName().endsWith(CLASS) && className(entry.getName()).startsWith(below)) {
          try (InputStream in = jar.getInputStream(entry)) {
            named.merge(
                className(entry.getName()), namesIn(in.readAllBytes()), ReachedClasses::union);
          }
        }
      }
    }
    return named;
  }

  private static String className(String entry) {
    String name = VERSION.matcher(entry).replaceFirst("");
    return name.substring(0, name.length() - CLASS.length());
  }

  private static Set<String> union(Collection<String> one, Collection<String> other) {
    Set<String> all = new HashSet<>(one);
    all.addAll(other);
    return all;
  }

  private static Set<String> namesIn(byte[] bytes) {
    Set<String> names = new HashSet<>();
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof ClassEntry type) {
        names.add(type.asInternalName());
      } else if (entry instanceof Utf8Entry text) {
        Matcher descriptor = IN_DESCRIPTOR.matcher(text.stringValue());
        while (descriptor.find()) {
          names.add(descriptor.group(1));
        }
        if (NAME.matcher(text.stringValue()).matches()) {
          names.add(text.stringValue().replace('.', '/'));
        }
      }
    }
    return names;
  }
}
