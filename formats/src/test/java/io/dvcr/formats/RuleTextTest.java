package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuleTextTest {
  @ParameterizedTest
  @EnumSource
  void everyRule_isAClauseWithASourceAndARemedy(Rule rule) {
    for (String text : new String[] {rule.meaning(), rule.source(), rule.remedy()}) {
      assertThat(text).isNotBlank().isEqualTo(text.strip()).doesNotEndWith(".");
    }
    String remedyStart = rule.remedy().substring(0, 1);
    assertThat(remedyStart).isEqualTo(remedyStart.toLowerCase(Locale.ROOT));
  }

  @Test
  void memoryLimits_areLimits() {
    assertThat(Rule.Z8.kind()).isEqualTo(Rule.Kind.LIMIT);
    assertThat(Rule.S4.kind()).isEqualTo(Rule.Kind.LIMIT);
  }
}
