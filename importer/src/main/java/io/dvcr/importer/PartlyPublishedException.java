package io.dvcr.importer;

import java.io.IOException;
import java.util.List;

/** Some tags have the image, the next one could not be put. */
final class PartlyPublishedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient List<String> tags;
  private final IOException failure;

  /**
   * @param tags that have it
   * @param cause why the next one has not
   */
  PartlyPublishedException(List<String> tags, IOException cause) {
    super(cause);
    this.failure = cause;
    this.tags = List.copyOf(tags);
  }

  List<String> tags() {
    return tags;
  }

  IOException failure() {
    return failure;
  }
}
