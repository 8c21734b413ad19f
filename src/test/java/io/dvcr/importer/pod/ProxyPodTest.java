package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.ForwardProxy;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 5.1: which proxy a source is reached through. */
@NullMarked
class ProxyPodTest extends PodTestBase {
  @ParameterizedTest
  @CsvSource({
    "http_proxy, '', true",
    "HTTP_PROXY, '', true",
    "http_proxy, images.example, false",
    "http_proxy, '.example,10.0.0.0/8', false",
    "https_proxy, '', false",
  })
  @Row({"5.1 proxies", "4 proxies"})
  void proxies_areThoseOfTheEnvironment(String variable, String direct, boolean used)
      throws IOException {
    serve("/disk.img", raw());
    try (ForwardProxy proxy = ForwardProxy.start()) {
      pod.http("http://images.example:" + files.uri("/").getPort() + "/disk.img")
          .with(variable, proxy.url())
          .with("no_proxy", direct);

      int exitCode = pod.run();

      // Without the proxy there is no such host.
      assertThat(exitCode).as(pod.log()).isEqualTo(used ? 0 : 75);
      assertThat(proxy.requests().isEmpty()).isEqualTo(!used);
    }
  }

  @Test
  @Row({"5.1 proxies", "4 proxies"})
  void proxies_inLowerCase_goBeforeThoseInUpperCase_unlessEmpty() throws IOException {
    serve("/disk.img", raw());
    try (ForwardProxy proxy = ForwardProxy.start()) {
      pod.http("http://images.example:" + files.uri("/").getPort() + "/disk.img")
          .with("http_proxy", "")
          .with("HTTP_PROXY", proxy.url())
          .with("https_proxy", "")
          .with("no_proxy", "");

      runWell();

      assertThat(proxy.requests()).isNotEmpty();
    }
  }
}
