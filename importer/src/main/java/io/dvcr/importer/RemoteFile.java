package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a web server said of a file, to know it again.
 *
 * @param length if it said one
 * @param entityTag its {@code ETag} (RFC 9110, section 8.8.3)
 * @param lastModified its date
 * @param ranges whether parts can be asked for
 */
record RemoteFile(
    OptionalLong length,
    Optional<String> entityTag,
    Optional<String> lastModified,
    boolean ranges) {
  /** RFC 9110, section 14.4. */
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  static RemoteFile of(HttpResponse response) {
    Headers headers = response.headers();
    Optional<Long> length = headers.number("Content-Length");
    return new RemoteFile(
        length.map(OptionalLong::of).orElse(OptionalLong.empty()),
        headers.first("ETag"),
        headers.first("Last-Modified"),
        headers.first("Accept-Ranges").filter("bytes"::equalsIgnoreCase).isPresent());
  }

  /** The validator of {@code If-Range}: a weak entity tag is none (RFC 9110, section 13.1.5). */
  Optional<String> validatorForRange() {
    return entityTag.filter(tag -> !tag.startsWith("W/")).or(() -> lastModified);
  }

  /** The validator of {@code If-Range} and the length, for {@link ImageSource#identity}. */
  Optional<String> identity() {
    return validatorForRange()
        .filter(any -> length.isPresent())
        .map(validator -> validator + " " + length.getAsLong());
  }

  /**
   * @throws SourceException if this is not the file that {@code before} was
   */
  void requireSame(RemoteFile before, String source) throws SourceException {
    if (!entityTag.equals(before.entityTag)) {
      throw changed(source, "ETag", before.entityTag, entityTag);
    }
    if (entityTag.isEmpty() && !lastModified.equals(before.lastModified)) {
      throw changed(source, "Last-Modified", before.lastModified, lastModified);
    }
    if (!length.equals(before.length)) {
      throw changed(source, "length", Optional.of(before.length), Optional.of(length));
    }
  }

  /**
   * @throws SourceException if a {@code 206} is not what was asked for
   */
  void requirePart(HttpResponse part, long offset, String source) throws SourceException {
    Matcher range = CONTENT_RANGE.matcher(part.headers().first("Content-Range").orElse("").strip());
    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
      part.close();
      throw new SourceException(
          Reason.SOURCE_UNAVAILABLE,
          source + " can't be read: the server sent another range than byte " + offset + " on");
    }
    String total = range.group(3);
    boolean otherLength =
        !total.equals("*") && length.isPresent() && Long.parseLong(total) != length.getAsLong();
    Optional<String> tag = part.headers().first("ETag");
    boolean otherTag = tag.isPresent() && !tag.equals(entityTag);
    Optional<String> date = part.headers().first("Last-Modified");
    if (entityTag.isEmpty() && date.isPresent() && !date.equals(lastModified)) {
      part.close();
      throw changed(source, "Last-Modified", lastModified, date);
    }
    if (otherLength || otherTag) {
      part.close();
      throw otherTag
          ? changed(source, "ETag", entityTag, tag)
          : changed(source, "length", Optional.of(length), Optional.of(total));
    }
  }

  private static SourceException changed(
      String source, String what, Optional<?> before, Optional<?> after) {
    return new SourceException(
        Reason.SOURCE_CHANGED,
        "%s has changed while it was read: its %s was %s and is %s"
            .formatted(source, what, shown(before), shown(after)));
  }

  private static String shown(Optional<?> value) {
    return value
        .map(Object::toString)
        .map(text -> text.replaceAll("OptionalLong\\[(\\d+)]", "$1"))
        .map(text -> text.equals("OptionalLong.empty") ? "unknown" : text)
        .orElse("none");
  }
}
