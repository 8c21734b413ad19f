package io.dvcr.registry.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads that all connections of a process share; started at first use. */
public final class EventLoops implements AutoCloseable {
  /** One a leg: source and target. */
  private static final int THREADS = 2;

  private final Deque<ContextInternal> contexts = new ArrayDeque<>();
  private @Nullable Vertx vertx;

  /** A client whose connections run here; it ends with these threads. */
  public HttpConnector connector(ConnectorOptions options) {
    return new HttpConnector(this, options);
  }

  /** One of the threads, in turn: the legs of an import don't share one. */
  synchronized ContextInternal context() {
    vertx();
    ContextInternal next = contexts.removeFirst();
    contexts.addLast(next);
    return next;
  }

  synchronized Vertx vertx() {
    if (vertx == null) {
      VertxInternal started = start();
      // At once: Vert.x gives its clients threads, too, by the same turn.
      for (int i = 0; i < THREADS; i++) {
        contexts.add(started.createEventLoopContext());
      }
      vertx = started;
    }
    return vertx;
  }

  private static VertxInternal start() {
    return (VertxInternal)
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(THREADS)
                .setInternalBlockingPoolSize(1)
                .setWorkerPoolSize(1)
                .setUseDaemonThread(true)
                // Our event loops never block; the checker would be one more thread.
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
  }

  /** Ends all connections. */
  @Override
  public synchronized void close() {
    if (vertx != null) {
      vertx.close();
      vertx = null;
      contexts.clear();
    }
  }
}
