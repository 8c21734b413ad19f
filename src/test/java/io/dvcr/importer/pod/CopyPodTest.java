package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.importer.pod.SourceImage.Tar;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 5.3: a whole artifact of the registry itself. */
@NullMarked
class CopyPodTest extends PodTestBase {
  private void artifact() throws IOException {
    serve("/disk.img", raw());
    runWell();
  }

  private int copy(String repository, String tag) {
    return pod.with("IMPORTER_SOURCE", "dvcr")
        .with("IMPORTER_ENDPOINT", registry.authority() + "/" + repository + ":" + tag)
        .with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/copy:uid")
        .run();
  }

  /** Mounted where that goes, else fetched and sent; its manifest stays what it was. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Row({"5.3 operation", "5.3 blobs", "5.3 success message", "11.1 duration"})
  void operation_keepsTheDigest_mountedOrNot(boolean mounts) throws IOException {
    if (!mounts) {
      useRegistry(MemoryRegistryOptions.plain().withoutMounts(), RegistryAuth.none());
    }
    artifact();

    assertThat(copy(PodRun.TARGET, "uid")).as(pod.log()).isZero();

    assertThat(registry.manifest("cvi/copy", "uid").orElseThrow())
        .isEqualTo(registry.manifest(PodRun.TARGET, "uid").orElseThrow());
    assertThat(pod.message().fieldNames()).toIterable().containsExactly("duration");
    assertThat(registry.server().requests("PATCH", "cvi/copy").isEmpty()).isEqualTo(mounts);
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  @Row("5.3 operation")
  void operation_ofAnIndex_copiesAllItsManifests() throws IOException {
    SourceImage first =
        SourceImage.in(registry.authority()).layer(new Tar().file("disk/a", raw()).bytes());
    SourceImage second =
        SourceImage.in(registry.authority()).layer(new Tar().file("disk/b", raw()).bytes());
    first.pushAsIndex(second, "amd64");

    assertThat(copy(SourceImage.NAME, SourceImage.TAG)).as(pod.log()).isZero();

    byte[] index = registry.manifest("cvi/copy", "uid").orElseThrow();
    assertThat(index).isEqualTo(registry.manifest(SourceImage.NAME, SourceImage.TAG).orElseThrow());
    assertThat(JSON.readTree(index).path("manifests"))
        .hasSize(2)
        .allSatisfy(child ->
            assertThat(registry.manifest("cvi/copy", child.path("digest").asText())).isPresent());
    assertThat(registry.blobCount("cvi/copy")).isEqualTo(3); // two layers share their config
  }

  /** What the target has already is neither mounted nor sent. */
  @Test
  @Row("5.3 blobs")
  void blobs_thatAreThere_areLeftAlone() throws IOException {
    artifact();
    copy(PodRun.TARGET, "uid");
    int posts = registry.server().requests("POST", "cvi/copy").size();

    assertThat(copy(PodRun.TARGET, "uid")).isZero();

    assertThat(registry.server().requests("POST", "cvi/copy")).hasSize(posts);
    assertThat(registry.server().requests("HEAD", "cvi/copy/blobs")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  @Row("5.3 credentials")
  void credentials_areTheTargetsOnBothSides(boolean tokens) throws IOException {
    useRegistry(
        MemoryRegistryOptions.plain(),
        tokens
            ? RegistryAuth.bearer("anna", "geheim", Integer.MAX_VALUE)
            : RegistryAuth.basic("anna", "geheim"));
    pod.with("IMPORTER_DESTINATION_ACCESS_KEY_ID", "anna")
        .with("IMPORTER_DESTINATION_SECRET_KEY", "geheim")
        .with("IMPORTER_ACCESS_KEY_ID", "otto")
        .with("IMPORTER_SECRET_KEY", "wrong");
    artifact();

    assertThat(copy(PodRun.TARGET, "uid")).as(pod.log()).isZero();

    assertThat(registry.manifest("cvi/copy", "uid")).isPresent();
  }

  /** A copy knows no disks: what is in the layers does not matter. */
  @Test
  @Row("5.3 checks")
  void checks_areNotMade() throws IOException {
    SourceImage image = SourceImage.in(registry.authority()).layer(seed.bytes(1000));
    image.push();
    pod.with("IMPORTER_CHECKSUMS", "md5:" + "0".repeat(32));

    assertThat(copy(SourceImage.NAME, SourceImage.TAG)).as(pod.log()).isZero();
  }

  @Test
  @Row("5.3 retry")
  void retry_goesOnAfterCuts() throws IOException {
    useRegistry(MemoryRegistryOptions.plain().withoutMounts(), RegistryAuth.none());
    artifact();
    // The first of each are the config's; and the first bytes of a blob are fetched once more.
    registry
        .faults()
        .add(Fault.on("GET", "/blobs/").nth(3).afterResponseBytes(LENGTH / 2).then(Effect.CUT));
    registry
        .faults()
        .add(Fault.on("PATCH", "cvi").nth(2).afterRequestBytes(LENGTH / 3).then(Effect.RESET));

    assertThat(copy(PodRun.TARGET, "uid")).as(pod.log()).isZero();

    assertThat(registry.manifest("cvi/copy", "uid")).isPresent();
    assertThat(registry.faults().happened()).isEqualTo(2);
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  @Row("5.3 retry")
  void retry_waitsForARegistryThatComesBack() throws IOException {
    artifact();
    registry.faults().add(Fault.on("*", "/v2/").times(2).then(Effect.answer(503)));

    assertThat(copy(PodRun.TARGET, "uid")).as(pod.log()).isZero();

    assertThat(pod.timer.sleeps()).startsWith(Duration.ofSeconds(1), Duration.ofSeconds(3));
  }

  @Test
  @Row("5.3 failure")
  void failure_isToldByTheMessage() throws IOException {
    assertThat(copy("no/such", "uid")).isZero();

    assertThat(pod.error()).contains("no/such");
    assertThat(registry.manifest("cvi/copy", "uid")).isEmpty();
  }
}
