package io.dvcr.uploader;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes disk images over HTTP, one at a time. */
public final class UploadServer implements AutoCloseable {
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int BUFFER = 64 << 10;
  private static final int RECEIVE_BUFFER = 1 << 20;

  /**
   * Nothing moves on a connection, in either direction: an answer waits for the registry that long
   * at most. It ends also those who say less than Vert.x needs to tell HTTP/1.1 from HTTP/2.
   */
  private static final int SECONDS_OF_SILENCE = 600;

  private static final long SECONDS_TO_CLOSE = 4;

  private final Vertx vertx;
  private final UploadSlot slot;
  private final HttpServer server;

  private UploadServer(Vertx vertx, UploadSlot slot, HttpServer server) {
    this.vertx = vertx;
    this.slot = slot;
    this.server = server;
  }

  /**
   * Begins to listen. The target stays the caller's.
   *
   * @throws IOException if the address can't be had
   */
  public static UploadServer start(UploadServerOptions options, UploadTarget target)
      throws IOException {
    Vertx vertx = vertx();
    UploadSlot slot = new UploadSlot();
    UploadRoutes routes = new UploadRoutes(options, new UploadDesk(options, slot, target));
    Router router = Router.router(vertx);
    router
        .route()
        .handler(routing ->
            routes.handle(
                routing.request(),
                new UploadExchange(
                    routing.request(), vertx.getOrCreateContext(), options.idleLimit())));
    HeadDeadline deadline = new HeadDeadline(vertx, options.headLimit());
    HttpServer server =
        vertx
            .createHttpServer(server(options))
            .connectionHandler(deadline::connected)
            .requestHandler(request -> {
              deadline.headCame(request);
              router.handle(request);
            });
    try {
      return new UploadServer(vertx, slot, await(server.listen()));
    } catch (IOException e) {
      var _ = vertx.close();
      throw e;
    }
  }

  private static HttpServerOptions server(UploadServerOptions options) {
    HttpServerOptions server =
        new HttpServerOptions()
            .setHost(options.address().getHostString())
            .setPort(options.address().getPort())
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxChunkSize(BUFFER)
            .setReceiveBufferSize(RECEIVE_BUFFER)
            .setIdleTimeout(SECONDS_OF_SILENCE)
            .setHandle100ContinueAutomatically(false);
    options.tls().ifPresent(tls -> tls.applyTo(server));
    return server;
  }

  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setWorkerPoolSize(1)
            .setUseDaemonThread(true)
            .setBlockedThreadCheckInterval(1)
            .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          e.getCause() == null ? "no answer in time" : e.getCause().getMessage(), e);
    }
  }

  public int port() {
    return server.actualPort();
  }

  /** Takes no more uploads, and lets those who are being answered have their answer. */
  public void finish() {
    var _ = slot.shut();
    try {
      Void _ = await(server.shutdown(SECONDS_TO_CLOSE, TimeUnit.SECONDS));
    } catch (IOException e) {
      // They had their time.
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    slot.shut().ifPresent(Upload::abandon);
    var _ = vertx.close();
  }
}
