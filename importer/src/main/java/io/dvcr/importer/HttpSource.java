package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.BoundedInputStream;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.HttpRequest;
import io.dvcr.registry.http.HttpResponse;
import io.dvcr.registry.http.Redirects;
import io.dvcr.registry.http.Uris;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * A file on a web server. What the first answer said of it (length, validator) is kept, and every
 * later part must belong to the same file (RFC 9110, sections 13 and 14).
 */
public final class HttpSource implements ImageSource {
  /** None, and the compressions that are unpacked anyway (RFC 9110, section 8.4.1; RFC 8878). */
  private static final Set<String> PACKED_CODINGS =
      Set.of("", "identity", "gzip", "x-gzip", "zstd");

  private final URI uri;
  private final HttpRequest request;
  private final Redirects redirects;
  private final RetryPolicy retryPolicy;
  private @Nullable RemoteFile file;

  /**
   * @param uri {@code http} or {@code https}
   * @param credentials sent to that host alone
   * @param headers more fields, sent to that host alone
   */
  public HttpSource(
      URI uri,
      Optional<Credentials> credentials,
      Headers headers,
      HttpConnector connector,
      RetryPolicy retryPolicy) {
    this.uri = uri;
    this.retryPolicy = retryPolicy;
    Headers all = headers;
    if (credentials.isPresent()) {
      all = all.with("Authorization", credentials.get().basic());
    }
    Set<String> secret = new HashSet<>(all.names());
    secret.remove("user-agent");
    // A compressed transfer would have another length, and no ranges of the file itself.
    all = all.with("Accept-Encoding", "identity");
    if (all.first("User-Agent").isEmpty()) {
      all = all.with("User-Agent", "dvcr");
    }
    this.request = new HttpRequest("GET", uri, all);
    this.redirects = new Redirects(connector, secret);
  }

  @Override
  public String description() {
    return Uris.redacted(uri);
  }

  /** The last segment of the path as it was given; redirects don't change it. */
  @Override
  public String fileName() {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String segment = path.substring(path.lastIndexOf('/') + 1);
    try {
      // A plus is a plus in a path.
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }

  @Override
  public ByteStream open() throws IOException {
    SourceRetries retries = new SourceRetries(description(), retryPolicy, false);
    HttpResponse response = first(retries);
    RemoteFile opened = RemoteFile.of(response);
    RemoteFile before = file;
    if (before != null) {
      try {
        opened.requireSame(before, description());
      } catch (IOException e) {
        response.close();
        throw e;
      }
    }
    file = opened;
    InputStream in =
        new ResumingInputStream(
            response.body(),
            0,
            opened.length(),
            (offset, front) -> part(opened, offset, -1, front, retries),
            retries);
    return new ByteStream(in, opened.length());
  }

  @Override
  public boolean repeatable() {
    RemoteFile opened = file;
    return opened != null && opened.ranges() && opened.length().isPresent();
  }

  @Override
  public Optional<String> identity() {
    RemoteFile opened = file;
    return opened == null || !repeatable() ? Optional.empty() : opened.identity();
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    RemoteFile opened = file;
    if (opened == null) {
      throw new IllegalStateException("a part of a source that was not opened");
    }
    SourceRetries retries = new SourceRetries(description(), retryPolicy, true);
    ResumingInputStream in =
        new ResumingInputStream(
            null,
            from,
            OptionalLong.of(from + length),
            (offset, front) -> part(opened, offset, from + length - offset, front, retries),
            retries);
    return new BoundedInputStream(in, length);
  }

  private HttpResponse first(SourceRetries retries) throws IOException {
    while (true) {
      try {
        HttpResponse response = redirects.send(request);
        retries.reached();
        if (response.status() != 200) {
          throw retries.refusal(response);
        }
        requirePlain(response);
        return response;
      } catch (IOException e) {
        retries.awaitNextTry(e);
      }
    }
  }

  /** Some servers call a packed file an encoded one; that is what it then is for us, too. */
  private void requirePlain(HttpResponse response) throws SourceException {
    String coding = response.headers().first("Content-Encoding").orElse("").strip();
    if (!PACKED_CODINGS.contains(coding.toLowerCase(Locale.ROOT))) {
      response.close();
      throw new SourceException(
          Reason.SOURCE_NOT_FOUND,
          "%s can't be read: the server sent it encoded as %s though it was asked not to"
              .formatted(description(), coding));
    }
  }

  /**
   * The bytes from {@code offset} on, once.
   *
   * @param length how many are needed; negative for all
   * @param before checksum of the bytes before {@code offset}, where they were read: without a
   *     validator only they tell that the file is still the same, so that it is read from its start
   */
  private InputStream part(
      RemoteFile opened, long offset, long length, OptionalLong before, SourceRetries retries)
      throws IOException {
    String range = "bytes=" + offset + "-" + (length < 0 ? "" : offset + length - 1);
    boolean whole = before.isPresent() && opened.validatorForRange().isEmpty();
    HttpRequest ranged = whole ? request : request.with("Range", range);
    Optional<String> validator = opened.validatorForRange();
    if (validator.isPresent()) {
      ranged = ranged.with("If-Range", validator.get());
    }
    HttpResponse response = redirects.send(ranged);
    int status = response.status();
    if (status == 206) {
      opened.requirePart(response, offset, description());
      return response.body();
    }
    if (status == 200) {
      // The server does not know ranges, or the file is another one now.
      try {
        RemoteFile.of(response).requireSame(opened, description());
        requirePlain(response);
        skip(response.body(), offset, before);
        return response.body();
      } catch (IOException e) {
        response.close();
        throw e;
      }
    }
    if (status == 416) {
      response.close();
      throw new SourceException(
          Reason.SOURCE_CHANGED, description() + " has changed: it no longer has a byte " + offset);
    }
    throw retries.refusal(response);
  }

  private void skip(InputStream in, long count, OptionalLong before) throws IOException {
    Checksum skipped = ResumingInputStream.checksum();
    byte[] buffer = new byte[ByteStream.BUFFER];
    for (long left = count; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("the body ended before byte " + count);
      }
      skipped.update(buffer, 0, read);
      left -= read;
    }
    if (before.isPresent() && before.getAsLong() != skipped.getValue()) {
      throw new SourceException(
          Reason.SOURCE_CHANGED,
          description() + " has changed while it was read: its first bytes are other ones now");
    }
  }
}
