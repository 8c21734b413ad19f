package io.dvcr.importer;

import java.io.IOException;

/** The bytes received are not those that were expected. */
public final class ChecksumMismatchException extends IOException {
  private static final long serialVersionUID = 1;

  ChecksumMismatchException(String algorithm, String expected, String found) {
    // These words are shown to users verbatim and looked for by programs.
    super(algorithm + " sum mismatch: " + expected + " != " + found);
  }
}
