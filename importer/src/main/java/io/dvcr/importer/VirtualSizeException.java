package io.dvcr.importer;

import java.io.IOException;

/** A disk larger than is allowed. */
final class VirtualSizeException extends IOException {
  private static final long serialVersionUID = 1;

  VirtualSizeException(long needed, long allowed) {
    super("its virtual size is %d bytes, %d are allowed".formatted(needed, allowed));
  }
}
