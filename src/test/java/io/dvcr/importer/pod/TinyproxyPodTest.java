package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.PodSandbox;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.ServerCertificate;
import io.dvcr.testbed.Tinyproxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section 5.1: a real proxy between a pod and its source. */
@NullMarked
class TinyproxyPodTest extends SandboxTestBase {
  /** In a network of private use (RFC 1918), here of the sandbox alone. */
  static final String SOURCE = "10.9.9.9";

  /** Loopback is never reached through a proxy, so that the source has another address. */
  @ParameterizedTest
  @CsvSource({
    "http, http_proxy, '', true",
    "https, https_proxy, '', true",
    "http, http_proxy, 10.9.9.9, false",
    "https, https_proxy, '10.0.0.0/8', false",
  })
  @Row({"5.1 proxies", "4 proxies"})
  void tinyproxy_isTheWayToTheSource_unlessNoProxySaysOtherwise(
      String scheme, String variable, String direct, boolean used) throws Exception {
    ServerCertificate certificate =
        ServerCertificate.in(Files.createDirectory(folder.resolve("certificate")), SOURCE);
    spec = spec.with(Path.of("/certs/ca.crt"), certificate.authorityFile());
    try (PodSandbox pod = sandbox()) {
      pod.addAddress(SOURCE);
      try (Nginx nginx =
              Nginx.startIn(
                  pod,
                  Files.createDirectory(folder.resolve("nginx")),
                  served,
                  SOURCE,
                  scheme.equals("https") ? Optional.of(certificate) : Optional.empty());
          RealRegistry registry = target(pod);
          Tinyproxy proxy =
              Tinyproxy.startIn(pod, Files.createDirectory(folder.resolve("tinyproxy")))) {
        environment.put("IMPORTER_SOURCE", "http");
        environment.put("IMPORTER_ENDPOINT", nginx.uri("/disk.img").toString());
        environment.put("IMPORTER_CERT_DIR", "/certs");
        environment.put(variable, proxy.url());
        environment.put("no_proxy", direct);
        try (PodSandbox.Running importer = importer(pod, "-v=3")) {
          assertThat(importer.exitCode()).as(importer.err()).isZero();

          assertThat(message(pod).path("source-image-size").asInt())
              .as(importer.err() + nginx.log() + registry.log() + proxy.log())
              .isEqualTo(LENGTH);
          String request = scheme.equals("https") ? "CONNECT " + SOURCE : "GET http://" + SOURCE;
          assertThat(proxy.log().contains(request)).as(proxy.log()).isEqualTo(used);
        }
      }
    }
  }
}
