package io.dvcr.cli;

import java.util.List;
import java.util.Locale;

/** The tag of an image whose target names none. */
final class DefaultTag {
  private static final List<String> PACKED = List.of(".gz", ".xz", ".zst", ".zstd");
  private static final List<String> IMAGE =
      List.of(".qcow2", ".raw", ".img", ".iso", ".vmdk", ".vdi", ".vhdx", ".vhd");

  /** OCI distribution spec, "Pulling manifests": a tag has at most 128 characters. */
  private static final int LONGEST = 128;

  private DefaultTag() {}

  /**
   * From {@code Debian 12.qcow2.xz} to {@code debian-12}; {@code image} for a source without a
   * name.
   */
  static String of(String fileName) {
    String name = without(without(fileName.toLowerCase(Locale.ROOT), PACKED), IMAGE);
    String tag = name.replaceAll("[^a-z0-9._-]+", "-").replaceFirst("^[.-]+", "");
    if (tag.length() > LONGEST) {
      tag = tag.substring(0, LONGEST);
    }
    return tag.isEmpty() ? "image" : tag;
  }

  private static String without(String name, List<String> suffixes) {
    for (String suffix : suffixes) {
      if (name.endsWith(suffix)) {
        return name.substring(0, name.length() - suffix.length());
      }
    }
    return name;
  }
}
