package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void bearerWithQuotedCommas_isReadWhole() {
    Challenge challenge =
        Challenge.from(
                List.of(
                    "Bearer realm=\"https://auth/token\",service=\"r\",scope=\"repository:a:pull,push\""))
            .orElseThrow();

    assertThat(challenge.scheme()).isEqualTo("bearer");
    assertThat(challenge.parameter("realm")).isEqualTo("https://auth/token");
    assertThat(challenge.parameter("scope")).isEqualTo("repository:a:pull,push");
    assertThat(challenge.parameter("absent")).isEmpty();
  }

  @Test
  void bearer_isPreferredToBasic() {
    assertThat(Challenge.from(List.of("Basic realm=\"x\"", "bearer realm=y")))
        .map(Challenge::scheme)
        .contains("bearer");
  }

  @Test
  void otherSchemes_areNone() {
    assertThat(Challenge.from(List.of("Negotiate", "Digest realm=\"x\""))).isEmpty();
    assertThat(Challenge.from(List.of())).isEmpty();
  }

  @Test
  void escapedQuotes_arePartOfTheValue() {
    assertThat(
            Challenge.from(List.of("Basic realm=\"a \\\"b\\\"\"")).orElseThrow().parameter("realm"))
        .isEqualTo("a \"b\"");
  }
}
