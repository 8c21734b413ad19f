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
  })
  void reference_isResolvedAsTheRfcSays(String base, String reference, String expected) {
    assertThat(Uris.resolve(URI.create(base), reference)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:pw@h:1/a?sig=secret&x#f, https://h:1/a?…",
    "http://h/a, http://h/a",
    "http://[::1]:5000/a?b, http://[::1]:5000/a?…",
  })
  void redacted_showsNoUserAndNoQuery(String uri, String shown) {
    assertThat(Uris.redacted(URI.create(uri))).isEqualTo(shown);
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
