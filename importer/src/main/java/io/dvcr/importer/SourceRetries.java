package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.Retries;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.BlockedAddressException;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.RedirectException;
import io.dvcr.registry.http.UntrustedCertificateException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * What is done about the failures of one reading of a web server's file: the same again after a
 * wait, or a {@link SourceException} that tells it to the user. For one thread at a time.
 */
final class SourceRetries {
  private final String source;
  private final RetryPolicy policy;
  private final Retries retries;
  private boolean reached;

  /**
   * @param source for messages
   * @param reached whether the server has answered before; a mistyped name is told at once
   */
  SourceRetries(String source, RetryPolicy policy, boolean reached) {
    this.source = source;
    this.policy = policy;
    this.retries = policy.start();
    this.reached = reached;
  }

  /** The server answered: that it is not there can only be for now. */
  void reached() {
    reached = true;
  }

  /** Bytes came. */
  void progressed() {
    retries.progressed();
  }

  /** The failure that an answer is; closes it. */
  IOException refusal(HttpResponse response) {
    try (response) {
      int status = response.status();
      String said = source + " can't be read: the server answered " + status;
      return switch (status) {
        case 401, 403, 407 -> new SourceException(Reason.SOURCE_UNAUTHORIZED, said);
        case 408, 425, 429 -> new BusyException(status, response.retryAfter());
        default ->
            status >= 500
                ? new BusyException(status, response.retryAfter())
                : new SourceException(Reason.SOURCE_NOT_FOUND, said);
      };
    }
  }

  /** The server is there, but not now. */
  private static final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    BusyException(int status, Duration retryAfter) {
      super("the server answered " + status);
      this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
      return retryAfter;
    }
  }

  /** Waits for the next try, or throws the failure as the caller should see it. */
  void awaitNextTry(IOException failure) throws IOException {
    // Who takes a connection and cuts it is there, too.
    reached |= !(failure instanceof UnknownHostException || failure instanceof ConnectException);
    if (failure instanceof InterruptedIOException) {
      throw failure;
    }
    if (failure instanceof SourceException told
        && !told.reason().equals(Reason.SOURCE_UNAVAILABLE)) {
      throw told;
    }
    if (failure instanceof BlockedAddressException
        || failure instanceof UntrustedCertificateException) {
      throw unreadable(Reason.SOURCE_UNAUTHORIZED, failure, "");
    }
    if (failure instanceof RedirectException) {
      throw unreadable(Reason.SOURCE_NOT_FOUND, failure, "");
    }
    boolean hopeless =
        !reached
            && !policy.patient()
            && (failure instanceof UnknownHostException || failure instanceof ConnectException);
    Duration asked = failure instanceof BusyException busy ? busy.retryAfter() : Duration.ZERO;
    if (hopeless || !retries.waitForNext(failure, asked)) {
      throw unreadable(Reason.SOURCE_UNAVAILABLE, failure, Retries.told(retries.count()));
    }
  }

  private SourceException unreadable(Reason reason, IOException failure, String more) {
    String why =
        failure instanceof UnknownHostException
            ? "unknown host " + failure.getMessage()
            : String.valueOf(failure.getMessage());
    String prefix = source + " can't be read: ";
    SourceException told =
        new SourceException(reason, (why.startsWith(prefix) ? "" : prefix) + why + more);
    told.initCause(failure);
    return told;
  }
}
