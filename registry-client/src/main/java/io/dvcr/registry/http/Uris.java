package io.dvcr.registry.http;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;

/** What {@link URI} leaves open. */
public final class Uris {
  private Uris() {}

  /** The host without the brackets of an IPv6 literal; empty if there is none. */
  public static String host(URI uri) {
    String host = uri.getHost();
    if (host == null) {
      return "";
    }
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port, or the scheme's own. */
  public static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : isHttps(uri) ? 443 : 80;
  }

  public static boolean isHttps(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /**
   * Same scheme, host and port (RFC 6454, section 5): credentials of one are safe with the other.
   */
  public static boolean sameOrigin(URI a, URI b) {
    return isHttps(a) == isHttps(b) && host(a).equalsIgnoreCase(host(b)) && port(a) == port(b);
  }

  /** Whether a host can only be this machine (RFC 6761, section 6.3; RFC 5735, section 3). */
  public static boolean isLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name).isLoopbackAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  /**
   * Resolves a reference as RFC 3986, section 5.2.2, says. {@link URI#resolve} differs for a query
   * alone ({@code ?id=1}), which must keep the whole path of {@code base}.
   *
   * @throws IllegalArgumentException if {@code reference} is no URI
   */
  public static URI resolve(URI base, String reference) {
    if (reference.startsWith("?")) {
      String text = base.toString();
      int end = text.indexOf('?') >= 0 ? text.indexOf('?') : text.length();
      int fragment = text.indexOf('#');
      return URI.create(
          text.substring(0, fragment >= 0 ? Math.min(end, fragment) : end) + reference);
    }
    return base.resolve(reference);
  }

  /** For messages: no user, no password, no query values, no fragment. */
  public static String redacted(URI uri) {
    StringBuilder text = new StringBuilder();
    text.append(uri.getScheme()).append("://").append(uri.getHost());
    if (uri.getPort() >= 0) {
      text.append(':').append(uri.getPort());
    }
    text.append(uri.getRawPath() == null ? "" : uri.getRawPath());
    if (uri.getRawQuery() != null) {
      text.append("?…");
    }
    return text.toString();
  }
}
