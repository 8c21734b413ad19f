package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 5.1: a web server as the source. */
@NullMarked
class HttpSourcePodTest extends PodTestBase {
  @ParameterizedTest
  @ValueSource(strings = {"ftp://h/disk.img", "file:///etc/passwd", "h/disk.img"})
  @Row("5.1 schemes")
  void schemes_otherThanHttpAndHttps_areMistakes(String url) throws IOException {
    pod.http(url);

    assertThat(runInVain()).contains("IMPORTER_ENDPOINT", "no http or https URL");
  }

  /** One request is enough: its answer says all that HEAD would. */
  @Test
  @Row({"5.1 requests", "5.1 HEAD"})
  void requests_areOneGet_alsoWhereHeadIsRefused() throws IOException {
    serve("/disk.img", raw()).withoutHead();

    runWell();

    assertThat(files.requests()).hasSize(1);
    assertThat(files.requests("GET", "/disk.img")).hasSize(1);
  }

  @Test
  @Row({"5.1 headers", "4 source keys"})
  void headers_nameTheImporter_andItsUser() throws IOException {
    serve("/disk.img", raw()).protectedBy("anna", "geheim");
    pod.with("IMPORTER_ACCESS_KEY_ID", "anna").with("IMPORTER_SECRET_KEY", "geheim");

    runWell();

    assertThat(files.requests())
        .allSatisfy(request -> {
          assertThat(request.header("User-Agent")).contains("cdi-golang-importer");
          assertThat(request.header("Authorization")).contains("Basic " + basic("anna", "geheim"));
        });
    assertThat(pod.log()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @Row({"5.1 redirects", "5.1 file name"})
  void redirects_areFollowed_andTheNameStays(int status) throws IOException {
    byte[] image = raw();
    files.put("/real/other.bin", image);
    files.redirect("/first/disk.img", status, "/real/other.bin");
    pod.http(files.uri("/first/disk.img"));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(ArtifactPodTest.names(layer())).containsExactly("disk/", "disk/disk.img");
  }

  /** Ours: another host gets neither credentials nor headers that may be secret. */
  @Test
  @Row("5.1 redirects")
  void redirects_toAnotherHost_takeNoSecrets() throws IOException {
    try (FileServer other = FileServer.start()) {
      other.put("/disk.img", raw());
      files.redirect("/disk.img", 302, other.uri("/disk.img").toString());
      pod.http(files.uri("/disk.img"))
          .with("IMPORTER_ACCESS_KEY_ID", "anna")
          .with("IMPORTER_SECRET_KEY", "geheim")
          .with("IMPORTER_EXTRA_HEADER_1", "X-Token: geheim");

      runWell();

      assertThat(other.requests())
          .isNotEmpty()
          .allSatisfy(request -> {
            assertThat(request.header("Authorization")).isEmpty();
            assertThat(request.header("X-Token")).isEmpty();
            assertThat(request.header("User-Agent")).contains("cdi-golang-importer");
          });
    }
  }

  /** Ours: ten at most. */
  @Test
  @Row("5.1 redirects")
  void redirects_withoutEnd_areTold() throws IOException {
    files.redirect("/disk.img", 302, "/disk.img");
    pod.http(files.uri("/disk.img"));

    assertThat(runInVain()).contains("more than 10 redirects");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 206, 400, 401, 403, 404, 410, 418})
  @Row("5.1 GET")
  void get_thatIsNotAnsweredWith200_isToldAtOnce(int status) throws IOException {
    serve("/disk.img", raw());
    files.faults().add(Fault.on("GET", "/disk").always().then(Effect.answer(status)));

    assertThat(runInVain()).contains("answered " + status, files.uri("/disk.img").toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Row("5.1 size")
  void size_thatNobodyTells_isMeasured(boolean packed) throws IOException {
    byte[] image = packed ? packed(qcow2(), "gzip") : qcow2();
    serve("/disk", image).chunked();

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(image.length);
  }

  @Test
  @Row("5.1 size")
  void size_zero_isRefusedAtOnce() throws IOException {
    serve("/disk.img", new byte[0]);

    assertThat(runInVain()).contains("R1");
  }

  /** A body that ends early is asked for the rest; one that never comes whole is no image. */
  @Test
  @Row({"5.1 size check", "5.1 range"})
  void sizeCheck_ofABodyThatIsCut_readsTheRest() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    files.faults().add(Fault.on("GET", "/disk").afterResponseBytes(LENGTH / 3).then(Effect.CUT));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(files.requests("GET", "/disk"))
        .hasSize(2)
        .last()
        .satisfies(request ->
            assertThat(request.header("Range"))
                .hasValueSatisfying(range -> assertThat(range).startsWith("bytes=")));
  }

  /** As some proxies end theirs: nothing is missing. */
  @Test
  @Row("5.1 size check")
  void sizeCheck_ofAWholeBody_isEnough_howeverItsConnectionEnds() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    files
        .faults()
        .add(Fault.on("GET", "/disk").always().afterResponseBytes(image.length).then(Effect.RESET));

    runWell();

    assertThat(published()).isEqualTo(image);
  }

  @Test
  @Row("5.1 size check")
  void sizeCheck_ofABodyThatStaysShort_publishesNothing() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image).withoutRanges().declaringLength(image.length + 10L);

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.error()).contains("tried 20 times more");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  @Row("5.1 content encoding")
  void contentEncoding_isNotAskedFor() throws IOException {
    serve("/disk.img", raw());

    runWell();

    assertThat(files.requests())
        .allSatisfy(request -> assertThat(request.header("Accept-Encoding")).contains("identity"));
  }

  /** A server that calls a packed file an encoded one: the bytes are what was sent. */
  @Test
  @Row("5.1 content encoding")
  void contentEncoding_ofAPackedFile_isItsPacking() throws IOException {
    byte[] packed = packed(qcow2(), "gzip");
    serve("/disk.qcow2", packed).header("Content-Encoding", "gzip");

    runWell();

    assertThat(published()).isEqualTo(packed);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("qcow2");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/disk.qcow2, disk.qcow2",
    "/a/b%20c.img?name=x.img, 'b c.img'",
    "/a/%D0%B4%D0%B8%D1%81%D0%BA.img, диск.img",
    "/, disk.img",
    "/a/, disk.img",
  })
  @Row({"5.1 file name", "6.1 path"})
  void fileName_isTheLastSegment(String path, String name) throws IOException {
    files.put(path.replaceFirst("\\?.*", "").replace("%20", " "), raw());
    files.put("/a/диск.img", raw());
    pod.http(files.uri(path));

    runWell();

    assertThat(ArtifactPodTest.names(layer())).containsExactly("disk/", "disk/" + name);
  }

  @Test
  @Row("5.1 timeouts")
  void timeouts_areTenMinutesWithoutAByte_andHalfAMinuteToConnect() {
    assertThat(ImporterPod.IDLE_LIMIT).isEqualTo(Duration.ofMinutes(10));
    assertThat(ConnectorOptions.DEFAULT.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
  }

  /** With less than ten minutes: a server that says nothing more is asked for the rest. */
  @Test
  @Row("5.1 timeouts")
  void timeouts_ofABodyThatStalls_readTheRest() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    files.faults().add(Fault.on("GET", "/disk").afterResponseBytes(LENGTH / 2).then(Effect.STALL));
    pod.withIdleLimit(Duration.ofMillis(500));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(files.faults().happened()).isEqualTo(1);
  }

  /** Ours: what may pass is waited for, and counts as not now. */
  @Test
  @Row("5.1 error prefix")
  void errorsOfOpening_areTriedAgain_ifTheyMayPass() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    files.faults().add(Fault.on("GET", "/disk").times(3).then(Effect.answer(503)));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.timer.sleeps())
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(9));
  }

  @Test
  @Row("ours address rules")
  void machineItself_isNoSource() throws IOException {
    serve("/disk.img", raw());
    pod.environment.remove("IMPORTER_ALLOW_ADDRESSES");

    assertThat(runInVain())
        .contains("127.0.0.1 are blocked by the address rules", "IMPORTER_ALLOW_ADDRESSES")
        .doesNotContain("--");
    assertThat(files.requests()).isEmpty();
  }
}
