package io.dvcr.importer;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** A stream that comes once and without a length, such as standard input. */
public final class StandardInputSource implements ImageSource {
  private final InputStream in;

  /**
   * @param in is closed by whoever opens the source
   */
  public StandardInputSource(InputStream in) {
    this.in = in;
  }

  @Override
  public String description() {
    return "standard input";
  }

  @Override
  public String fileName() {
    return "";
  }

  @Override
  public ByteStream open() {
    return new ByteStream(in, OptionalLong.empty());
  }

  @Override
  public boolean repeatable() {
    return false;
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    throw new IOException("standard input can't be read again");
  }
}
