package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestStateTest {
  private static final byte[] CONTENT = new byte[1000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-512", "SHA-1", "MD5"})
  void restoredAtAnyByte_givesTheSameDigest(String algorithm) throws GeneralSecurityException {
    byte[] expected = MessageDigest.getInstance(algorithm).digest(CONTENT);
    for (int cut = 0; cut <= CONTENT.length; cut++) {
      MessageDigest before = MessageDigest.getInstance(algorithm);
      before.update(CONTENT, 0, cut);
      MessageDigest after = MessageDigest.getInstance(algorithm);

      DigestState.restore(after, DigestState.of(before).orElseThrow());

      after.update(CONTENT, cut, CONTENT.length - cut);
      assertThat(after.digest()).as("cut at %d", cut).isEqualTo(expected);
      before.update(CONTENT, cut, CONTENT.length - cut);
      assertThat(before.digest()).as("the first one, cut at %d", cut).isEqualTo(expected);
    }
  }

  @Test
  void stateOfAnotherAlgorithm_isRefused() throws GeneralSecurityException {
    String state = DigestState.of(Digest.newSha256()).orElseThrow();
    MessageDigest other = MessageDigest.getInstance("MD5");

    assertThatThrownBy(() -> DigestState.restore(other, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MD5");
  }
}
