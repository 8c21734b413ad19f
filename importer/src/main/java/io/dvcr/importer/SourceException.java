package io.dvcr.importer;

import io.dvcr.contract.Reason;
import java.io.IOException;

/** A source that can't be read. */
public final class SourceException extends IOException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /**
   * @param reason one of the {@code SOURCE_…} reasons
   * @param message what is wrong with which source, one clause without secrets
   */
  public SourceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
