package io.dvcr.importer;

import java.io.IOException;

/** An image whose checks need parts of it again, from a source that gives them once. */
final class NotRepeatableException extends IOException {
  private static final long serialVersionUID = 1;

  NotRepeatableException(String source) {
    super(
        source
            + " can't be read again, which the checks of this image need; save it as a file first");
  }
}
