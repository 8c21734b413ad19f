package io.dvcr.registry.http;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Follows the redirects of GET and HEAD requests (RFC 9110, section 15.4). */
public final class Redirects {
  /** As many as browsers and the Fetch standard's half: longer chains are loops. */
  private static final int MOST = 10;

  private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

  private final HttpConnector connector;
  private final Set<String> secretFields;

  /**
   * @param secretFields names of fields that only the origin of the first request may see
   */
  public Redirects(HttpConnector connector, Set<String> secretFields) {
    this.connector = connector;
    this.secretFields = Set.copyOf(secretFields);
  }

  /**
   * Sends a request, and again to wherever its answers point.
   *
   * @return the first response that is no redirect; the caller closes it
   * @throws RedirectException if there are too many, or one leads nowhere
   * @throws IOException as {@link HttpConnector#send}
   */
  public HttpResponse send(HttpRequest request) throws IOException {
    HttpRequest hop = request;
    for (int redirects = 0; ; redirects++) {
      HttpResponse response = connector.send(hop);
      Optional<String> location = response.headers().first("Location");
      if (!STATUSES.contains(response.status()) || location.isEmpty()) {
        return response;
      }
      response.close();
      if (redirects == MOST) {
        throw new RedirectException("more than " + MOST + " redirects from " + request);
      }
      hop = next(request, target(hop.uri(), location.get()));
    }
  }

  private static URI target(URI from, String location) throws RedirectException {
    try {
      URI target = Uris.resolve(from, location);
      String scheme = target.getScheme();
      if (Uris.host(target).isEmpty()
          || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
        throw new RedirectException(Uris.redacted(from) + " redirects to something that is no URL");
      }
      return target;
    } catch (IllegalArgumentException e) {
      throw new RedirectException(Uris.redacted(from) + " redirects to something that is no URL");
    }
  }

  private HttpRequest next(HttpRequest first, URI target) {
    Headers headers = first.headers();
    if (!Uris.sameOrigin(first.uri(), target)) {
      for (String secret : secretFields) {
        headers = headers.without(secret);
      }
    }
    return new HttpRequest(first.method(), target, headers);
  }
}
