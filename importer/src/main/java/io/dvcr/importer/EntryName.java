package io.dvcr.importer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The name of the one file below {@code disk/}. */
final class EntryName {
  /** For sources without a name. */
  private static final String DEFAULT = "disk.img";

  /** Bytes of UTF-8; less than the 255 of common file systems, for those who add to it. */
  private static final int LONGEST = 200;

  private EntryName() {}

  /**
   * @param fileName the source's
   * @param suffix of a compression that was removed; it is taken off the name
   */
  static String of(String fileName, String suffix) {
    String name = fileName.replaceAll("[/\\\\\\p{Cntrl}]", "_").strip();
    if (!suffix.isEmpty() && name.toLowerCase(Locale.ROOT).endsWith(suffix)) {
      name = name.substring(0, name.length() - suffix.length());
    }
    while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      name = name.substring(name.offsetByCodePoints(0, 1));
    }
    // Readers pass over hidden files and whiteouts.
    boolean usable = !name.isEmpty() && !name.startsWith(".");
    return usable ? name : DEFAULT;
  }
}
