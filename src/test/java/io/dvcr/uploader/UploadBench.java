package io.dvcr.uploader;

import io.dvcr.contract.ImportReport;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.ImageExport;
import io.dvcr.importer.ImageImport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.ImportRequest;
import io.dvcr.importer.ProgressMeter;
import io.dvcr.importer.RegistrySource;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/** An upload server in front of a registry. */
@NullMarked
final class UploadBench implements AutoCloseable, UploadTarget {
  private static final String TAG = "v1";
  private static final int CHUNK_MEMORY = 4 << 20;

  private final String registry;
  private final ImportRequest request;
  private final EventLoops loops = new EventLoops();
  private final UploadServer server;

  /**
   * @param registry host and port of one without TLS
   */
  UploadBench(String registry, ImportRequest request) throws IOException {
    this.registry = registry;
    this.request = request;
    this.server = UploadServer.start(options(), this);
  }

  UploadBench(String registry) throws IOException {
    this(registry, ImportRequest.of(List.of(TAG)));
  }

  static UploadServerOptions options() {
    return new UploadServerOptions(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        "/upload",
        Optional.empty(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        1L << 40,
        remedy -> "set " + remedy);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/upload");
  }

  @Override
  public ImportReport store(ImageSource upload, ProgressMeter progress) throws ImportException {
    try (Repository repository = repository()) {
      return new ImageImport(upload, repository, request, progress, Clock.systemUTC()).run();
    }
  }

  private Repository repository() {
    Reference reference = Reference.parse(registry + "/disks/one");
    return new RemoteRepository(
        reference,
        loops.connector(ConnectorOptions.DEFAULT),
        new RegistryOptions(
            CredentialStore.NONE,
            RetryPolicy.within(Duration.ofSeconds(5)),
            true,
            true,
            CHUNK_MEMORY));
  }

  /** The disk that was stored. */
  byte[] stored() throws ImportException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RegistrySource artifact = new RegistrySource(repository(), TAG, DecoderLimits.DEFAULT)) {
      ImageExport.toStream(artifact, out);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    server.close();
    loops.close();
  }
}
