package io.dvcr.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dvcr.contract.ImportReport;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.registry.InstantTimer;
import io.dvcr.registry.RegistryException;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.ServedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;

/**
 * What an import needs around it: a web server with the source, connections, a clock that stands
 * still and retries that take no time. Imports under one tag, and reads it out again.
 */
@NullMarked
final class ImportBench implements AutoCloseable {
  /** Small, so that a few MiB need several requests. */
  static final int CHUNK_MEMORY = 1 << 20;

  static final String TAG = "v1";
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  /** As the contract of the importer pod has it: twenty waits. */
  static final int WAITS = 20;

  /** A registry may notice only after its client that a request was cut. */
  private static final Duration TO_NOTICE = Duration.ofSeconds(5);

  /** Nothing stalls so long on one machine; what hangs is found out sooner than with 60 s. */
  private static final Duration IDLE_LIMIT = Duration.ofSeconds(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private final EventLoops loops = new EventLoops();
  private final FileServer files = FileServer.start();
  private final InstantTimer timer = new InstantTimer();
  private final HttpConnector connector;

  ImportBench() {
    this(ConnectorOptions.DEFAULT.withIdleLimit(IDLE_LIMIT));
  }

  ImportBench(ConnectorOptions options) {
    this.connector = loops.connector(options);
  }

  FileServer files() {
    return files;
  }

  /** What was waited, without waiting. */
  InstantTimer timer() {
    return timer;
  }

  HttpConnector connector() {
    return connector;
  }

  RetryPolicy retryPolicy() {
    return new RetryPolicy(WAITS, Duration.ofDays(1), timer);
  }

  /** Serves a file. */
  ServedFile serve(String path, byte[] content) {
    return files.put(path, content);
  }

  /** A file of the web server. */
  HttpSource http(String path) {
    return http(files.uri(path));
  }

  /** A file of another web server. */
  HttpSource http(URI uri) {
    return new HttpSource(uri, Optional.empty(), Headers.NONE, connector, retryPolicy());
  }

  static ImportRequest request() {
    return ImportRequest.of(List.of(TAG));
  }

  /** As {@link #request()}, with less held in memory. */
  static ImportRequest holding(int bytes) {
    return limited(request().maxVirtualSize(), bytes);
  }

  /** As {@link #request()}, with smaller disks only. */
  static ImportRequest allowing(long maxVirtualSize) {
    return limited(maxVirtualSize, request().heldBytes());
  }

  private static ImportRequest limited(long maxVirtualSize, int heldBytes) {
    ImportRequest all = request();
    return new ImportRequest(
        all.tags(),
        all.checksums(),
        all.form(),
        all.compression(),
        maxVirtualSize,
        all.decoderLimits(),
        heldBytes);
  }

  static ImportRequest request(StoredForm form, LayerCompression compression) {
    ImportRequest all = request();
    return new ImportRequest(
        all.tags(),
        all.checksums(),
        form,
        compression,
        all.maxVirtualSize(),
        all.decoderLimits(),
        all.heldBytes());
  }

  ImportReport run(ImageSource source, Target target, ImportRequest request)
      throws ImportException, IOException {
    try (source;
        Repository repository = target.open(this)) {
      return new ImageImport(
              source, repository, request, new ProgressMeter(), Clock.fixed(NOW, ZoneOffset.UTC))
          .run();
    }
  }

  ImportReport run(ImageSource source, Target target) throws ImportException, IOException {
    return run(source, target, request());
  }

  /** Runs an import that has to fail, and checks that nothing is left of it. */
  ImportException fail(ImageSource source, Target target, ImportRequest request)
      throws IOException {
    ImportException failure =
        catchThrowableOfType(ImportException.class, () -> run(source, target, request));
    assertThat(failure).as("the import's failure").isNotNull();
    assertNothingLeft(target);
    assertThat(tags(target)).as("tags").isEmpty();
    return failure;
  }

  ImportException fail(ImageSource source, Target target) throws IOException {
    return fail(source, target, request());
  }

  /** The disk image under the tag. */
  byte[] export(Target target) throws ImportException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RegistrySource artifact =
        new RegistrySource(target.open(this), TAG, DecoderLimits.DEFAULT)) {
      ImageExport.toStream(artifact, out);
    }
    return out.toByteArray();
  }

  List<String> tags(Target target) throws IOException {
    try (Repository repository = target.open(this)) {
      return repository.tags();
    } catch (RegistryException e) {
      // A repository into which nothing was pushed is unknown.
      assertThat(e.kind()).isEqualTo(RegistryException.Kind.NOT_FOUND);
      return List.of();
    }
  }

  /** No upload session, no file of an upload; a registry gets a moment to notice. */
  static void assertNothingLeft(Target target) {
    long deadline = System.nanoTime() + TO_NOTICE.toNanos();
    while (target.openUploads() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    assertThat(target.openUploads()).as("uploads left behind").isZero();
  }

  @Override
  public void close() {
    loops.close();
    files.close();
  }
}
