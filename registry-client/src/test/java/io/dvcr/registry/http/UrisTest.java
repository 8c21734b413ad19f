package io.dvcr.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrisTest {
  @ParameterizedTest
  @CsvSource({
    "http://h/upload/tok, ?id=1, http://h/upload/tok?id=1",
    "http://h/upload/tok?old=2#f, ?id=1, http://h/upload/tok?id=1",
    "http://h/v2/a/blobs/uploads/, /v2/a/blobs/uploads/7?s=1, http://h/v2/a/blobs/uploads/7?s=1",
    "http://h/v2/a/blobs/uploads/, 7, http://h/v2/a/blobs/uploads/7",
    "http://h/a, https://other:8443/b?c, https://other:8443/b?c",
    "http://h/a, /d e|ü?x=[1]&y={2}, http://h/d%20e%7C%C3%BC?x=[1]&y=%7B2%7D",
    "http://h/a, /d%20e%2F, http://h/d%20e%2F",
    "http://h/a/b?c#d, '', http://h/a/b?c",
  })
  void reference_isResolvedAsTheRfcSays(String base, String reference, String expected) {
    assertThat(Uris.resolve(URI.create(base), reference)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:pw@h:1/a?sig=secret&x#f, https://h:1/a?…",
    "http://h/a, http://h/a",
    "http://[::1]:5000/a?b, http://[::1]:5000/a?…",
    "http://u:secret@my_host:5000/a?b, http://my_host:5000/a?…",
  })
  void redacted_showsNoUserAndNoQuery(String uri, String shown) {
    assertThat(Uris.redacted(URI.create(uri))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "http://my_registry:5000/a, my_registry, 5000",
    "https://my_registry/a, my_registry, 443",
    "http://u:p@my_registry/a, my_registry, 80",
    "http://[::1]:7/a, ::1, 7",
    "http://a b/, '', 80",
    "http://my_registry:x/, '', 80",
  })
  void hostAndPort_areFoundAlsoWithAnUnderscore(String uri, String host, int port) {
    URI parsed = URI.create(uri.replace(" ", "%20"));

    assertThat(Uris.host(parsed)).isEqualTo(host);
    assertThat(Uris.port(parsed)).isEqualTo(port);
  }

  @Test
  void origin_isSchemeHostAndPort() {
    URI first = URI.create("https://Host/a");

    assertThat(Uris.sameOrigin(first, URI.create("https://host:443/b"))).isTrue();
    assertThat(Uris.sameOrigin(first, URI.create("http://host:443/b"))).isFalse();
    assertThat(Uris.sameOrigin(first, URI.create("https://host:444/b"))).isFalse();
    assertThat(Uris.sameOrigin(first, URI.create("https://host.example/b"))).isFalse();
  }

  @Test
  void loopback_isToldByNameAndNumber() {
    assertThat(Uris.isLoopback("localhost")).isTrue();
    assertThat(Uris.isLoopback("127.8.9.1")).isTrue();
    assertThat(Uris.isLoopback("::1")).isTrue();
    assertThat(Uris.isLoopback("localhost.example.com")).isFalse();
    assertThat(Uris.isLoopback("10.0.0.1")).isFalse();
  }
}
