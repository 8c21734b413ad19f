package io.dvcr.registry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ProxyOptions;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxiesTest {
  private static final URI TARGET = URI.create("https://registry.example.com/v2/");

  @Test
  void schemeChoosesTheProxy_andLowerCaseGoesFirst() {
    Proxies proxies =
        Proxies.of(
            Map.of(
                "https_proxy", "http://low:1", "HTTPS_PROXY", "http://up:2", "HTTP_PROXY", "p:3"));

    assertThat(told(proxies, TARGET)).contains(proxy("low", 1).toJson());
    assertThat(told(proxies, URI.create("http://example.com/"))).contains(proxy("p", 3).toJson());
  }

  @Test
  void userAndPassword_areDecoded() {
    Proxies proxies = Proxies.of(Map.of("https_proxy", "http://ann:p%40ss:word@low:1"));

    assertThat(told(proxies, TARGET))
        .contains(proxy("low", 1).setUsername("ann").setPassword("p@ss:word").toJson());
  }

  /** Options compare by what they say. */
  private static Optional<JsonObject> told(Proxies proxies, URI target) {
    return proxies.proxyFor(target).map(ProxyOptions::toJson);
  }

  private static ProxyOptions proxy(String host, int port) {
    return new ProxyOptions().setHost(host).setPort(port);
  }

  @Test
  void passwordOfAMalformedProxy_isNotShown() {
    assertThatThrownBy(() -> Proxies.of(Map.of("http_proxy", "http://user:s^cret@proxy:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http_proxy")
        .hasMessageNotContaining("s^cret");
  }

  @Test
  void emptyVariables_areNone() {
    assertThat(Proxies.of(Map.of("https_proxy", "", "no_proxy", "")).proxyFor(TARGET)).isEmpty();
  }

  @Test
  void excludedDomain_isReachedDirectly() {
    Map<String, String> environment =
        Map.of("https_proxy", "http://p:1", "NO_PROXY", "other.org, .example.com");

    assertThat(Proxies.of(environment).proxyFor(TARGET)).isEmpty();
    assertThat(Proxies.of(environment).proxyFor(URI.create("https://badexample.com/"))).isPresent();
    assertThat(Proxies.of(Map.of("https_proxy", "http://p:1", "no_proxy", "*")).proxyFor(TARGET))
        .isEmpty();
  }

  @Test
  void excludedNetwork_isReachedDirectly() {
    Proxies proxies =
        Proxies.of(
            Map.of("http_proxy", "http://proxy:1", "no_proxy", "10.0.0.0/8,fd00::/8,nonsense/x"));

    assertThat(proxies.proxyFor(URI.create("http://10.1.2.3/"))).isEmpty();
    assertThat(proxies.proxyFor(URI.create("http://[fd00::1]:80/"))).isEmpty();
    assertThat(proxies.proxyFor(URI.create("http://11.1.2.3/"))).isPresent();
    assertThat(proxies.proxyFor(URI.create("http://ten.example/"))).isPresent();
  }

  @Test
  void loopback_isReachedDirectly() {
    Proxies proxies = Proxies.of(Map.of("http_proxy", "http://p:1"));

    assertThat(proxies.proxyFor(URI.create("http://127.0.0.1:5000/"))).isEmpty();
    assertThat(proxies.proxyFor(URI.create("http://[::1]:5000/"))).isEmpty();
  }

  @Test
  void otherKindsOfProxies_areRefused() {
    assertThatThrownBy(() -> Proxies.of(Map.of("http_proxy", "socks5://p:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http_proxy");
  }
}
