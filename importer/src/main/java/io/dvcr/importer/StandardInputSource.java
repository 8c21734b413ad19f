package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.http.BlockInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
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
    return new ByteStream(new Told(), OptionalLong.empty());
  }

  /** The same bytes; what the system says of them is told as the source's. */
  private final class Told extends BlockInputStream {
    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (InterruptedIOException | ClosedByInterruptException e) {
        throw e;
      } catch (IOException e) {
        throw new SourceException(
            Reason.SOURCE_NOT_FOUND, "standard input can't be read: " + reason(e));
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "it is closed" : e.getMessage();
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
