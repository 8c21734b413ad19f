package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dvcr.contract.ImageEntry;
import io.dvcr.docs.Row;
import io.dvcr.importer.ImageList;
import io.dvcr.importer.pod.SourceImage.Tar;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Digest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RealRegistryConfig;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of Docker's schema 1: signed ones out of distribution 2.8, others out of the fake. */
@NullMarked
class Schema1PodTest extends PodTestBase {
  private static final String OLD = "old";

  /** In the registry that is the target, too. */
  private SourceImage image() throws IOException {
    return SourceImage.in(registry.authority())
        .ofType(MediaTypes.DOCKER_SCHEMA1)
        .layer(packed(new Tar().file("disk/a.img", raw()).bytes(), "gzip"));
  }

  private void from(String reference) {
    pod.with("IMPORTER_SOURCE", "registry").with("IMPORTER_ENDPOINT", reference);
  }

  /** skopeo packs, writes and signs it, with a layer for the step that changes no file. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Row("5.2 manifests")
  void signed_isRead_byTagAndByTheDigestOfWhatWasSigned(boolean byDigest) throws IOException {
    byte[] disk = raw();
    Path storage = Files.createDirectory(folder.resolve("registry"));
    try (RealRegistry real =
        RealRegistry.start(
            RealRegistry.Version.V2, storage, RealRegistryConfig.open().withSchema1())) {
      SourceImage image =
          SourceImage.in(real.authority())
              .layer(new Tar().file("disk/a.img", disk).bytes())
              .layer(new Tar().file("disk/b.img", raw()).bytes());
      image.push();
      String name = "docker://" + real.authority() + "/" + SourceImage.NAME;
      String old = name + ":" + OLD;
      String[] tls = {"--src-tls-verify=false", "--dest-tls-verify=false"};
      Tools.run("skopeo", "copy", "-q", "--format=v2s1", tls[0], tls[1], image.reference(), old)
          .expectSuccess();
      from(byDigest ? name + "@" + digestOf(old) : old);

      runWell();
    }

    assertThat(published()).isEqualTo(disk);
  }

  /** As skopeo computes it. */
  private static Digest digestOf(String image) {
    return Digest.parse(
        Tools.run("skopeo", "inspect", "--tls-verify=false", "--format={{.Digest}}", image)
            .expectSuccess()
            .out()
            .strip());
  }

  @Test
  @Row("5.2 manifests")
  void anotherManifestThanTheDigestSays_isNotRead() throws IOException {
    Digest digest = image().push().digest();
    byte[] manifest = registry.manifest(SourceImage.NAME, digest.toString()).orElseThrow();
    manifest[new String(manifest, StandardCharsets.UTF_8).indexOf(SourceImage.TAG)] = 'w';
    from("docker://" + registry.authority() + "/" + SourceImage.NAME + "@" + digest);

    assertThat(runInVain()).contains("another digest");
  }

  @Test
  @Row("5.2 manifests")
  void layerOfUnknownLength_isTold() throws IOException {
    SourceImage image = image();
    image.push();
    registry
        .faults()
        .add(Fault.on("HEAD", "/blobs/").insteadOfTheAnswer().then(Effect.answer(404)));
    from(image.reference());

    assertThat(runInVain()).contains("its layer sha256:", "how long it is");
  }

  /** What can't be pushed again is not accepted by who might do that. */
  @Test
  void repositoryToPushTo_doesNotAcceptIt() throws IOException {
    image().push();

    try (EventLoops loops = new EventLoops();
        Repository pushing =
            PodRun.repository(
                loops, registry.authority(), SourceImage.NAME, CredentialStore.NONE)) {
      assertThatThrownBy(() -> pushing.manifest(SourceImage.TAG))
          .hasMessageContaining("MANIFEST_UNKNOWN");
    }
  }

  @Test
  @Row("5.3 operation")
  void copy_isRefusedInOneSentence() throws IOException {
    image().push();
    pod.with("IMPORTER_SOURCE", "dvcr")
        .with(
            "IMPORTER_ENDPOINT",
            registry.authority() + "/" + SourceImage.NAME + ":" + SourceImage.TAG);

    assertThat(runInVain()).contains(SourceImage.NAME, "schema 1", "push it again");
  }

  /** Its labels are those of no artifact of ours. */
  @Test
  void list_tellsItsDigestAlone() throws Exception {
    Digest digest = image().push().digest();

    try (EventLoops loops = new EventLoops();
        Repository reading =
            new RemoteRepository(
                Reference.parse(registry.authority() + "/" + SourceImage.NAME),
                loops.connector(ConnectorOptions.DEFAULT),
                new RegistryOptions(
                    CredentialStore.NONE,
                    RetryPolicy.within(Duration.ofSeconds(1)),
                    true,
                    false,
                    1 << 20))) {
      assertThat(new ImageList(reading).entry(SourceImage.TAG))
          .isEqualTo(new ImageEntry(SourceImage.TAG, null, null, null, digest.toString(), null));
    }
  }
}
