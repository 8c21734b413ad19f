package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @ParameterizedTest
  @CsvSource({
    "localhost:5000/a/b:1, localhost:5000, a/b, 1",
    "registry.example.com/a, registry.example.com, a, ",
    "127.0.0.1:5000/x:latest, 127.0.0.1:5000, x, latest",
    "quay.io/containerdisks/fedora:40, quay.io, containerdisks/fedora, 40",
  })
  void reference_isTakenApart(String text, String registry, String repository, String tag) {
    assertThat(Reference.parse(text))
        .isEqualTo(new Reference(registry, repository, Optional.ofNullable(tag)));
  }

  @Test
  void digest_standsInThePlaceOfATag() {
    Reference reference = Reference.parse("h.example/a@" + DIGEST);

    assertThat(reference.tag()).contains(DIGEST);
    assertThat(reference).hasToString("h.example/a@" + DIGEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h.example/UPPER", "h.example/a:b:c", "h.example/a b", "h.example//"})
  void whatIsNoReference_isRefused(String text) {
    assertThatThrownBy(() -> Reference.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tagAndDigest_areTooMuch() {
    assertThatThrownBy(() -> Reference.parse("h.example/a:1@" + DIGEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leave one out");
  }
}
