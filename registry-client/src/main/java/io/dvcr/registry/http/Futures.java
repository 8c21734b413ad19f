package io.dvcr.registry.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Waiting for the event loops, and what went wrong there as the exceptions of this package. */
final class Futures {
  private Futures() {}

  /**
   * The value of {@code future}.
   *
   * @param waitingFor for the message if it does not come in time
   */
  static <T> T await(Future<T> future, Duration limit, String waitingFor) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (TimeoutException e) {
      throw new ConnectionCutException(
          "no " + waitingFor + " within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** What {@code action}, run on the thread of {@code context}, comes to. */
  static <T> Future<T> on(ContextInternal context, Supplier<Future<T>> action) {
    Promise<T> result = context.promise();
    context.runOnContext(now -> {
      try {
        action.get().onComplete(result);
      } catch (RuntimeException e) {
        result.tryFail(e);
      }
    });
    return result.future();
  }

  /** Waits for the end of {@code future}, however it ends, also on an interrupted thread. */
  static void awaitEnd(Future<?> future, Duration limit) {
    boolean interrupted = Thread.interrupted();
    try {
      Object ignored =
          future
              .toCompletionStage()
              .toCompletableFuture()
              .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (TimeoutException | ExecutionException e) {
      // Whoever cleans up has nothing better to do about it.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  /** The failure of a connection: who reads it can tell what never gets better by its type. */
  static IOException failure(@Nullable Throwable cause) {
    CertificateException certificate = find(cause, CertificateException.class);
    if (certificate != null) {
      return new UntrustedCertificateException(message(certificate), certificate);
    }
    NotSslRecordException other = find(cause, NotSslRecordException.class);
    if (other != null) {
      return new NoTlsException(other);
    }
    SSLException tls = find(cause, SSLException.class);
    if (tls != null) {
      return new UntrustedCertificateException("TLS failed: " + message(tls), tls);
    }
    ConnectException refused = find(cause, ConnectException.class);
    if (refused != null) {
      // Netty appends the address twice; the caller names it.
      ConnectException plain =
          new ConnectException(
              refused instanceof ConnectTimeoutException
                  ? "no connection in time"
                  : "connection refused");
      plain.initCause(refused);
      return plain;
    }
    return new ConnectionCutException(
        cause == null ? "the connection was cut" : message(cause),
        cause == null ? new IOException() : cause);
  }

  private static String message(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static <T> @Nullable T find(@Nullable Throwable cause, Class<T> type) {
    // Causes form a short chain; the bound keeps a cycle from holding us.
    Throwable each = cause;
    for (int depth = 0; each != null && depth < 20; depth++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }
}
