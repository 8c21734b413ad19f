package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The text descriptor inside a VMDK sparse extent (VMware Virtual Disk Format 5.0, The Descriptor
 * File), read line by line: what is not understood is refused, because another reader may find a
 * file's name in it.
 */
final class VmdkDescriptor {
  /**
   * Bytes from the start of the descriptor in which QEMU looks for its keys, whatever size the
   * header gives it (QEMU block/vmdk.c, DESC_SIZE).
   */
  static final int QEMU_LENGTH = 20 * 512;

  private static final String PARENT_NAME = "parentfilenamehint";
  private static final String PARENT_CID = "parentcid=";
  private static final String NO_PARENT = "ffffffff";
  private static final Set<String> CREATE_TYPES = Set.of("monolithicsparse", "streamoptimized");
  private static final List<String> REQUIRED = List.of("version", "cid", "parentcid", "createtype");
  private static final Set<String> ACCESS = Set.of("RW", "RDONLY", "NOACCESS");

  private final Set<String> keys = new HashSet<>();
  private int extents;

  private VmdkDescriptor() {}

  /**
   * Checks the descriptor.
   *
   * @param bytes from the descriptor's start on; its size or {@link #QEMU_LENGTH}, whichever is
   *     more, or up to the end of the file
   * @param size bytes that the header gives to the descriptor, at most as many as {@code bytes} has
   */
  static void check(byte[] bytes, int size) throws ImageRefusedException {
    String region = new String(bytes, 0, size, ISO_8859_1);
    checkParent(region);
    // QEMU reads on behind the descriptor's size, up to a zero byte.
    String whole = new String(bytes, 0, Math.min(bytes.length, QEMU_LENGTH), ISO_8859_1);
    checkParent(upToZero(whole));
    new VmdkDescriptor().checkLines(upToZero(region));
  }

  private static String upToZero(String text) {
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Rule V4 in the way of QEMU: a search in the plain text, comments included. */
  private static void checkParent(String text) throws ImageRefusedException {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains(PARENT_NAME)) {
      throw refused(Rule.V4, "parentFileNameHint", "the VMDK descriptor names a parent disk");
    }
    int at = lower.indexOf(PARENT_CID);
    while (at >= 0) {
      int value = at + PARENT_CID.length();
      if (!lower.startsWith(NO_PARENT, value)) {
        throw refused(
            Rule.V4,
            "parentCID",
            "parentCID is " + quote(firstLine(text.substring(value))) + ", not " + NO_PARENT);
      }
      at = lower.indexOf(PARENT_CID, value);
    }
  }

  private void checkLines(String text) throws ImageRefusedException {
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      checkLine(text.substring(start, end).strip());
      start = end + 1;
    }
    for (String key : REQUIRED) {
      if (!keys.contains(key)) {
        throw refused(Rule.V3, key, "the VMDK descriptor has no " + key);
      }
    }
    if (extents != 1) {
      throw refused(
          Rule.V3, "extent", "the VMDK descriptor names " + extents + " extents, not exactly one");
    }
  }

  private void checkLine(String line) throws ImageRefusedException {
    if (line.isEmpty() || line.startsWith("#") || line.startsWith("ddb.")) {
      return;
    }
    List<String> words = List.of(line.split("[ \t]+", 4));
    if (ACCESS.contains(words.getFirst())) {
      checkExtent(line, words);
      extents++;
    } else {
      checkKey(line);
    }
  }

  private void checkKey(String line) throws ImageRefusedException {
    int equals = line.indexOf('=');
    String key = equals < 0 ? "" : line.substring(0, equals).toLowerCase(Locale.ROOT);
    if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
      throw refused(
          Rule.V3, "descriptor", "the VMDK descriptor has a line of no known kind: " + quote(line));
    }
    keys.add(key);
    String value = unquoted(line.substring(equals + 1).strip()).toLowerCase(Locale.ROOT);
    if (key.equals("createtype") && !CREATE_TYPES.contains(value)) {
      throw refused(
          Rule.V3,
          "createType",
          "createType is %s, not monolithicSparse or streamOptimized".formatted(quote(value)));
    }
    if (key.equals("parentcid") && !value.equals(NO_PARENT)) {
      throw refused(Rule.V4, "parentCID", "parentCID is " + quote(value) + ", not " + NO_PARENT);
    }
  }

  /** {@code access sectors type "name" [offset]}; the name is never used. */
  private static void checkExtent(String line, List<String> words) throws ImageRefusedException {
    if (words.size() < 4 || !isNumber(words.get(1))) {
      throw refused(Rule.V3, "extent", "the VMDK extent line is incomplete: " + quote(line));
    }
    if (!words.get(2).equals("SPARSE")) {
      throw refused(
          Rule.V3,
          "extent",
          "the VMDK descriptor has an extent of type %s, not SPARSE"
              .formatted(quote(words.get(2))));
    }
    String name = words.get(3);
    int close = name.lastIndexOf('"');
    String offset = name.substring(close + 1).strip();
    if (!name.startsWith("\"") || close < 1 || !(offset.isEmpty() || isNumber(offset))) {
      throw refused(Rule.V3, "extent", "the VMDK extent has no name in quotes: " + quote(line));
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      throw refused(Rule.V3, "extent", "the VMDK extent's name has a path: " + quote(name));
    }
  }

  private static boolean isNumber(String word) {
    return !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** At most 60 printable characters of {@code text}, for a message. */
  private static String quote(String text) {
    String start = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return '"' + start.replaceAll("[^\\x20-\\x7E]", "?") + '"';
  }

  private static ImageRefusedException refused(Rule rule, String field, String message) {
    return new ImageRefusedException(rule, field, VmdkHeader.LENGTH, message);
  }
}
