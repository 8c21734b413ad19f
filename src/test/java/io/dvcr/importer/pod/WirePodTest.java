package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.MemoryRegistryOptions.Location;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Request;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections 6.4 and 6.5: what the registry is asked, and in which order. */
@NullMarked
class WirePodTest extends PodTestBase {
  private List<String> asked() {
    return registry.server().requests().stream()
        .map(request -> request.method() + " " + request.path().replaceAll("[0-9a-f-]{36}$", "ID"))
        .toList();
  }

  @Test
  @Row({"6.4 requests", "6.4 ping"})
  void requests_areThoseOfAPush_theTagLast() throws IOException {
    serve("/disk.img", raw());

    runWell();

    String uploads = "/v2/" + PodRun.TARGET + "/blobs/uploads/";
    assertThat(asked())
        .startsWith("GET /v2/", "POST " + uploads, "PATCH " + uploads + "ID")
        .containsSubsequence("PUT " + uploads + "ID", "POST " + uploads, "PUT " + uploads + "ID")
        .endsWith("PUT /v2/" + PodRun.TARGET + "/manifests/uid");
    assertThat(registry.server().requests("PATCH", uploads))
        .allSatisfy(
            patch -> assertThat(patch.header("Content-Type")).contains("application/octet-stream"));
    assertThat(registry.server().requests("PUT", uploads))
        .allSatisfy(put -> assertThat(put.query("digest").orElse("")).startsWith("sha256:"));
  }

  @Test
  @Row("6.4 one PATCH")
  void onePatch_takesTheImage_howeverLongItIs() throws IOException {
    serve("/disk.img", raw());

    runWell();

    List<Request> patches = registry.server().requests("PATCH", "/uploads/");
    assertThat(patches).hasSize(2); // and one for the config
    assertThat(patches.getFirst().header("Transfer-Encoding")).contains("chunked");
    assertThat(patches.getFirst().bodyBytes()).isEqualTo(layer().length);
  }

  @ParameterizedTest
  @EnumSource
  @Row("6.4 Location")
  void location_mayBeRelative(Location form) throws IOException {
    useRegistry(MemoryRegistryOptions.plain().with(form), RegistryAuth.none());
    byte[] image = raw();
    serve("/disk.img", image);

    runWell();

    assertThat(published()).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({"anna, geheim, true", "anna, '', false", "'', geheim, false"})
  @Row("6.4 authorization")
  void authorization_needsAUserAndAPassword(String user, String password, boolean sent)
      throws IOException {
    useRegistry(MemoryRegistryOptions.plain(), RegistryAuth.basic("anna", "geheim"));
    serve("/disk.img", raw());
    pod.with("IMPORTER_DESTINATION_ACCESS_KEY_ID", user)
        .with("IMPORTER_DESTINATION_SECRET_KEY", password);

    int exitCode = pod.run();

    assertThat(exitCode).isZero();
    assertThat(registry.manifest(PodRun.TARGET, "uid").isPresent()).isEqualTo(sent);
    assertThat(registry.server().requests())
        .anyMatch(r -> r.header("Authorization").isPresent() == sent);
    assertThat(files.requests()).noneMatch(r -> r.header("Authorization").isPresent());
  }

  /** The verdict on the last bytes comes before anything can be pulled. */
  @Test
  @Row("6.5 late failure")
  void lateFailure_publishesNothing() throws IOException {
    serve("/disk.img", raw());
    pod.with("IMPORTER_CHECKSUMS", "sha256:" + "0".repeat(64));

    assertThat(runInVain()).contains("sha256 sum mismatch");

    assertThat(registry.server().requests("PUT", "/manifests/")).isEmpty();
    assertThat(registry.blobCount(PodRun.TARGET)).isZero();
  }

  @Test
  @Row("6.5 late failure")
  void lateFailure_ofTheManifest_isTriedAgain() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    registry.faults().add(Fault.on("PUT", "/manifests/").times(2).then(Effect.answer(502)));

    runWell();

    assertThat(published()).isEqualTo(image);
  }

  /** Whatever goes wrong with the disk is told as what it is. */
  @Test
  @Row("6.5 inspection error")
  void inspectionError_isTheOneThatIsTold() throws IOException {
    byte[] image = qcow2();
    image[7] = 9; // a version that there is not
    serve("/disk.qcow2", image);

    assertThat(runInVain()).contains("rule Q6");
  }
}
