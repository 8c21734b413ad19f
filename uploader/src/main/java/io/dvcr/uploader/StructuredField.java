package io.dvcr.uploader;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** The two items of RFC 9651 that uploads need, without parameters. */
final class StructuredField {
  /** RFC 9651, section 3.3.1: at most 15 digits; none of ours is negative. */
  private static final Pattern INTEGER = Pattern.compile("[0-9]{1,15}");

  private StructuredField() {}

  /** A number; empty for what is none, which counts as absent. */
  static OptionalLong integer(Optional<String> value) {
    return value
        .map(String::strip)
        .filter(text -> INTEGER.matcher(text).matches())
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElseGet(OptionalLong::empty);
  }

  /** RFC 9651, section 3.3.6; empty for what is none, which counts as absent. */
  static Optional<Boolean> bool(Optional<String> value) {
    return value
        .map(String::strip)
        .filter(text -> text.equals("?0") || text.equals("?1"))
        .map("?1"::equals);
  }
}
