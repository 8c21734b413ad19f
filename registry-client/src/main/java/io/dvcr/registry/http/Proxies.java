package io.dvcr.registry.http;

import io.vertx.core.net.ProxyOptions;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as curl and Go read it: {@code http_proxy}, {@code
 * https_proxy} and {@code no_proxy}, lower case first. Loopback is never reached through one.
 */
public final class Proxies {
  /** Direct connections only. */
  public static final Proxies NONE = new Proxies(Map.of());

  private final @Nullable ProxyOptions http;
  private final @Nullable ProxyOptions https;
  private final List<String> direct;

  private Proxies(Map<String, String> environment) {
    http = proxy(environment, "http_proxy");
    https = proxy(environment, "https_proxy");
    direct = List.of(value(environment, "no_proxy").toLowerCase(Locale.ROOT).split("[,\\s]+"));
  }

  /**
   * @throws IllegalArgumentException if a variable is no URL of a proxy
   */
  public static Proxies of(Map<String, String> environment) {
    return new Proxies(environment);
  }

  private static String value(Map<String, String> environment, String key) {
    String lower = environment.getOrDefault(key, "");
    return lower.isBlank()
        ? environment.getOrDefault(key.toUpperCase(Locale.ROOT), "").strip()
        : lower.strip();
  }

  private static @Nullable ProxyOptions proxy(Map<String, String> environment, String key) {
    String value = value(environment, key);
    if (value.isEmpty()) {
      return null;
    }
    URI uri;
    try {
      uri = URI.create(value.contains("://") ? value : "http://" + value);
    } catch (IllegalArgumentException e) {
      // The value may hold a password.
      throw new IllegalArgumentException(key + " is not of the form http://host:port");
    }
    if (Uris.host(uri).isEmpty() || !"http".equals(uri.getScheme())) {
      throw new IllegalArgumentException(key + " is not of the form http://host:port");
    }
    return options(uri);
  }

  private static ProxyOptions options(URI proxy) {
    ProxyOptions options = new ProxyOptions().setHost(Uris.host(proxy)).setPort(Uris.port(proxy));
    String user = proxy.getUserInfo();
    if (user != null) {
      int colon = user.indexOf(':');
      options.setUsername(colon < 0 ? user : user.substring(0, colon));
      options.setPassword(colon < 0 ? "" : user.substring(colon + 1));
    }
    return options;
  }

  /** The proxy for a request to {@code target}; empty for a direct connection. */
  Optional<ProxyOptions> proxyFor(URI target) {
    ProxyOptions proxy = Uris.isHttps(target) ? https : http;
    return proxy == null || isDirect(Uris.host(target)) ? Optional.empty() : Optional.of(proxy);
  }

  /** A network holds addresses only; names are not resolved for it, as in Go. */
  private static boolean isIn(String network, String host) {
    try {
      AddressRules outside = AddressRules.of(List.of(network), List.of());
      return !outside.allows(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return false; // no network, or no address
    }
  }

  private boolean isDirect(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (Uris.isLoopback(name)) {
      return true;
    }
    for (String entry : direct) {
      if (entry.contains("/") && isIn(entry, name)) {
        return true;
      }
      String domain = entry.startsWith(".") ? entry.substring(1) : entry;
      boolean matches = name.equals(domain) || name.endsWith("." + domain);
      if (entry.equals("*") || (!domain.isEmpty() && matches)) {
        return true;
      }
    }
    return false;
  }
}
