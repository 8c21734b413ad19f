package io.dvcr.formats;

import java.nio.ByteBuffer;

/** Text out of an image, fit for a message: bytes that a terminal could obey are replaced. */
final class Printable {
  /** Longest text that is shown; file names are usually shorter. */
  private static final int LONGEST = 100;

  private Printable() {}

  /**
   * The text at {@code offset}, ended by a zero byte, by {@code length} or by the end of {@code
   * bytes}; everything that is not printable ASCII is a question mark.
   */
  static String text(ByteBuffer bytes, int offset, int length) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(bytes.limit(), offset + length);
    for (int at = offset; at < end && bytes.get(at) != 0; at++) {
      if (text.length() == LONGEST) {
        return text.append("...").toString();
      }
      char character = (char) (bytes.get(at) & 0xFF);
      text.append(character >= ' ' && character < 0x7F ? character : '?');
    }
    return text.toString();
  }
}
