package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Recognises a file that is a VMDK descriptor itself. Its beginning alone counts, for it may be
 * padded to look like a disk (CVE-2022-47951).
 */
final class VmdkTextDescriptor {
  /** Bytes by which QEMU decides (QEMU block.c, BLOCK_PROBE_BUF_SIZE). */
  private static final int PROBED = 512;

  /** The first line that VMware writes (VMware Virtual Disk Format 5.0, The Descriptor File). */
  private static final String TITLE = "# Disk DescriptorFile";

  /** A byte order mark in UTF-8, byte by byte. */
  private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";

  private VmdkTextDescriptor() {}

  /** Whether {@code head} begins with the title, or is what QEMU takes for a descriptor. */
  static boolean startsIn(Head head) {
    String text = new String(head.bytes(), 0, Math.min(PROBED, head.length()), ISO_8859_1);
    text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    text = text.stripLeading();
    return text.regionMatches(true, 0, TITLE, 0, TITLE.length()) || hasVersion(text);
  }

  /**
   * Comments and blank lines, then a version and the end of its line (block/vmdk.c, vmdk_probe).
   */
  private static boolean hasVersion(String text) {
    int start = 0;
    int end = text.indexOf('\n');
    while (end >= 0) {
      String line = text.substring(start, end);
      if (!line.startsWith("#") && !line.isBlank()) {
        return line.matches("version=[123]\r?");
      }
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    return false;
  }
}
