package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.registry.CredentialStore;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.GoRegistry;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod between real servers: registries, and what stands in front of them. */
@NullMarked
class RealPartsPodTest extends PodTestBase {
  /** As whoever puts nginx before a registry has it (CNCF distribution, "nginx recipe"). */
  private static final String USUAL =
      "client_max_body_size 0; proxy_request_buffering off; proxy_buffering off;";

  private void into(String registry) {
    pod.with("IMPORTER_DESTINATION_ENDPOINT", registry + "/" + PodRun.TARGET + ":uid");
  }

  private void assertPublished(String registry, byte[] image) throws IOException {
    assertThat(pod.message().has("error-message")).as(pod.log()).isFalse();
    assertThat(PodRun.published(registry, CredentialStore.NONE)).isEqualTo(image);
  }

  private Path made(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "xz", "zstd"})
  void goRegistry_takesImages(String program) throws IOException {
    byte[] image = program.equals("none") ? raw() : packed(qcow2(), program);
    serve("/disk.img", image);
    try (GoRegistry real = GoRegistry.start(folder)) {
      into(real.authority());

      runWell();

      assertPublished(real.authority(), image);
    }
  }

  @Test
  void goRegistry_takesACopy() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    try (GoRegistry real = GoRegistry.start(folder)) {
      into(real.authority());
      runWell();
      pod.with("IMPORTER_SOURCE", "dvcr")
          .with("IMPORTER_ENDPOINT", real.authority() + "/" + PodRun.TARGET + ":uid")
          .with("IMPORTER_DESTINATION_ENDPOINT", real.authority() + "/cvi/copy:uid");

      runWell();

      assertThat(pod.message().fieldNames()).toIterable().containsExactly("duration");
    }
  }

  @ParameterizedTest
  @EnumSource
  void nginxBeforeTheRegistry_letsTheImageThrough(RealRegistry.Version version) throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    try (RealRegistry real = RealRegistry.start(version, made("registry"));
        Nginx proxy = Nginx.startProxy(made("nginx"), real.authority(), USUAL)) {
      into(proxy.authority());

      runWell();

      assertPublished(proxy.authority(), image);
      assertThat(real.openUploadSessions()).isZero();
    }
  }

  /** It answers 413 as soon as a body is longer: requests become smaller until they pass. */
  @Test
  void nginxThatTakesSmallBodies_getsSmallerRequests() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    String small = "client_max_body_size 1m; proxy_request_buffering off;";
    try (RealRegistry real = RealRegistry.start(RealRegistry.Version.V3, made("registry"));
        Nginx proxy = Nginx.startProxy(made("nginx"), real.authority(), small)) {
      into(proxy.authority());

      runWell();

      assertPublished(proxy.authority(), image);
      assertThat(proxy.log()).contains("client intended to send too large");
      assertThat(real.openUploadSessions()).isZero();
    }
  }

  /** A source that pauses longer than nginx waits for a client's next bytes. */
  @Test
  void nginxThatLosesPatience_getsTheRestInAnotherRequest() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    String impatient = USUAL + " client_body_timeout 1s;";
    try (RealRegistry real = RealRegistry.start(RealRegistry.Version.V3, made("registry"));
        Nginx proxy = Nginx.startProxy(made("nginx"), real.authority(), impatient)) {
      files
          .faults()
          .add(
              Fault.on("GET", "/disk")
                  .afterResponseBytes(LENGTH / 2)
                  .then(exchange -> proxy.awaitLog(Pattern.compile("client timed out"))));
      into(proxy.authority());

      runWell();

      assertPublished(proxy.authority(), image);
      assertThat(real.openUploadSessions()).isZero();
    }
  }
}
