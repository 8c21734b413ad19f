package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a manifest is read. */
class ManifestTest {
  private static Manifest parsed(String text) throws MalformedManifestException {
    return Manifest.parse(MediaTypes.OCI_INDEX, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Half of the bytes that a registry may send, and thirty times their memory. */
  @ParameterizedTest
  @ValueSource(strings = {"{},", "[],", "{\"a\":[0]},"})
  void millionsOfValues_areNotHeld(String value) {
    String text = "{\"manifests\":[" + value.repeat((2 << 20) / value.length()) + "0]}";

    assertThatThrownBy(() -> parsed(text))
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void deepNesting_isNotFollowed() {
    assertThatThrownBy(() -> parsed("{\"manifests\":" + "[".repeat(100_000)))
        .isInstanceOf(MalformedManifestException.class)
        .hasMessageContaining("too deep");
  }

  @Test
  void indexOfAThousandPlatforms_isRead() throws IOException {
    String platform =
        """
        {"mediaType":"%s","size":1,"digest":"%s","annotations":{"a":"b","c":"d"},
         "platform":{"os":"linux","architecture":"arm","variant":"v7"}},
        """
            .formatted(MediaTypes.OCI_MANIFEST, Digest.of(new byte[0]));
    String all = platform.repeat(1000);

    Manifest index = parsed("{\"manifests\":[" + all.substring(0, all.length() - 2) + "]}");

    assertThat(index.manifests()).hasSize(1000);
  }
}
