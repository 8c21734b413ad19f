package io.dvcr.cli;

/** How a command ends; failures of an import have their reason's code. */
final class ExitCode {
  static final int DONE = 0;
  static final int NOT_AS_ASKED = 1;
  static final int USAGE = 2;

  private ExitCode() {}
}
