package io.dvcr.importer;

import java.util.Locale;

/** The name of the one file below {@code disk/}. */
final class EntryName {
  /** For sources without a name. */
  private static final String DEFAULT = "disk.img";

  /** Common file systems' limit of a name, in bytes; characters are few more. */
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
    if (name.length() > LONGEST) {
      name = name.substring(name.length() - LONGEST);
    }
    // Readers pass over hidden files and whiteouts.
    boolean usable = !name.isEmpty() && !name.startsWith(".");
    return usable ? name : DEFAULT;
  }
}
