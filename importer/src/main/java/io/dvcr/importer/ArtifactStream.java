package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.http.BlockInputStream;
import io.dvcr.registry.http.BlockedAddressException;
import io.dvcr.registry.http.UntrustedCertificateException;
import java.io.IOException;
import java.io.InputStream;

/** Bytes out of a registry that is a source: what it does not do, the source does not. */
final class ArtifactStream extends BlockInputStream {
  /** Asks the registry for something. */
  @FunctionalInterface
  interface Call<T> {
    T ask() throws IOException;
  }

  private final InputStream in;

  private ArtifactStream(InputStream blob) {
    this.in = blob;
  }

  /** A blob's bytes, whose failures are those of a source. */
  static InputStream of(Call<InputStream> blob) throws IOException {
    return new ArtifactStream(asSource(blob));
  }

  /** What a registry answers; its failures are those of a source. */
  static <T> T asSource(Call<T> call) throws IOException {
    try {
      return call.ask();
    } catch (RegistryException e) {
      SourceException told =
          new SourceException(
              reason(e), "can't " + e.action() + ": " + e.getMessage() + e.triesTold());
      told.initCause(e.getCause() == null ? e : e.getCause());
      throw told;
    }
  }

  private static Reason reason(RegistryException e) {
    return switch (e.kind()) {
      case NOT_FOUND -> Reason.SOURCE_NOT_FOUND;
      case UNAUTHORIZED -> Reason.SOURCE_UNAUTHORIZED;
      case REJECTED ->
          e.getCause() instanceof UntrustedCertificateException
                  || e.getCause() instanceof BlockedAddressException
              ? Reason.SOURCE_UNAUTHORIZED
              : Reason.SOURCE_NOT_FOUND;
      case UNAVAILABLE, FULL -> Reason.SOURCE_UNAVAILABLE;
    };
  }

  @Override
  protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
    return asSource(() -> in.read(bytes, offset, length));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
