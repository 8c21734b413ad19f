package io.dvcr.importer;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** What an export wrote to took no more. */
final class OutputException extends IOException {
  private static final long serialVersionUID = 1;

  OutputException(IOException cause) {
    super("can't write the image: " + why(cause), cause);
  }

  /** EPIPE, of which Java passes on the system's words only. */
  boolean readerIsGone() {
    return String.valueOf(getMessage()).contains("Broken pipe");
  }

  /** Why a file can't be written, in a person's words. */
  static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "the folder does not exist";
      case AccessDeniedException denied -> "there is no permission";
      default -> String.valueOf(e.getMessage());
    };
  }
}
