package io.dvcr.registry.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link URI} leaves open. */
public final class Uris {
  /**
   * A host that {@link URI} does not take for one, for it has an underscore, as services of
   * container networks do (RFC 3986, section 3.2.2, lets it).
   */
  private static final Pattern NAME =
      Pattern.compile("(?:[^@]*@)?(?<host>[A-Za-z0-9._-]+)(?::(?<port>\\d{1,5}))?");

  private Uris() {}

  /**
   * A URI as people and servers write it: what it may not hold is encoded as browsers do it (WHATWG
   * URL, section 1.3).
   *
   * @throws IllegalArgumentException if it is none; the message does not show it
   */
  public static URI parse(String text) {
    try {
      return new URI(encoded(text));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("it is no URL: " + e.getReason() + " at " + e.getIndex());
    }
  }

  /** Printable bytes that RFC 3986, section 2, leaves out, and all that are no ASCII. */
  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (each < 0 || " \"<>\\^`{|}".indexOf(each) >= 0) {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
      } else {
        encoded.append((char) each);
      }
    }
    return encoded.toString();
  }

  /** The host without the brackets of an IPv6 literal; empty if there is none. */
  public static String host(URI uri) {
    if (uri.getHost() == null) {
      return named(uri).map(name -> name.group("host")).orElse("");
    }
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port, or the scheme's own. */
  public static int port(URI uri) {
    return explicitPort(uri).orElse(isHttps(uri) ? 443 : 80);
  }

  private static OptionalInt explicitPort(URI uri) {
    if (uri.getPort() >= 0) {
      return OptionalInt.of(uri.getPort());
    }
    return named(uri)
        .map(name -> name.group("port"))
        .map(port -> OptionalInt.of(Integer.parseInt(port)))
        .orElse(OptionalInt.empty());
  }

  private static Optional<MatchResult> named(URI uri) {
    String authority = uri.getHost() == null ? uri.getRawAuthority() : null;
    Matcher matcher = NAME.matcher(authority == null ? "" : authority);
    return matcher.matches() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
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
   * alone ({@code ?id=1}), which must keep the whole path of {@code base}, and for nothing at all.
   *
   * @throws IllegalArgumentException if {@code reference} is no URI
   */
  public static URI resolve(URI base, String reference) {
    String same = base.toString().replaceFirst("#.*", "");
    if (reference.isEmpty()) {
      return URI.create(same);
    }
    if (reference.startsWith("?")) {
      return parse(same.replaceFirst("\\?.*", "") + reference);
    }
    return base.resolve(parse(reference));
  }

  /** For messages: no user, no password, no query values, no fragment. */
  public static String redacted(URI uri) {
    StringBuilder text = new StringBuilder();
    String host = uri.getHost() == null ? host(uri) : uri.getHost();
    text.append(uri.getScheme()).append("://").append(host);
    explicitPort(uri).ifPresent(port -> text.append(':').append(port));
    text.append(uri.getRawPath() == null ? "" : uri.getRawPath());
    if (uri.getRawQuery() != null) {
      text.append("?…");
    }
    return text.toString();
  }
}
