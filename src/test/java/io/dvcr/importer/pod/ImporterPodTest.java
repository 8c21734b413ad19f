package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RealRegistryConfig;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.ServerCertificate;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a controller sees of an importer pod that knows only the pods' contract. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class ImporterPodTest {
  private static final int LENGTH = 2 << 20;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  private FileServer files;
  private MemoryRegistry registry;
  private PodRun pod;

  @BeforeEach
  void start() throws IOException {
    files = FileServer.start();
    registry = MemoryRegistry.start();
    pod = new PodRun(folder, registry.authority());
  }

  @AfterEach
  void stop() {
    files.close();
    registry.close();
  }

  private byte[] raw() {
    byte[] disk = seed.bytes(LENGTH + 7);
    disk[0] = 0; // no magic by chance
    return disk;
  }

  private byte[] qcow2() throws IOException {
    Path from = Files.write(folder.resolve("source.raw"), raw());
    Path to = folder.resolve("source.qcow2");
    Tools.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", from, to).expectSuccess();
    return Files.readAllBytes(to);
  }

  private byte[] published() throws IOException {
    return PodRun.published(registry.authority(), CredentialStore.NONE);
  }

  @Test
  void webSource_isImportedAndTold() throws IOException {
    byte[] image = qcow2();
    files.put("/a/disk.qcow2", image);

    int exitCode = pod.http(files.uri("/a/disk.qcow2?token=geheim")).run();

    assertThat(exitCode).as(pod.log()).isZero();
    assertThat(published()).isEqualTo(image);
    JsonNode message = pod.message();
    assertThat(message.fieldNames())
        .toIterable()
        .containsExactly(
            "source-image-size",
            "source-image-virtual-size",
            "source-image-format",
            "duration",
            "average-speed");
    assertThat(message.path("source-image-size").asLong()).isEqualTo(image.length);
    assertThat(message.path("source-image-virtual-size").asLong()).isEqualTo(LENGTH + 512);
    assertThat(message.path("source-image-format").asText()).isEqualTo("qcow2");
    assertThat(message.path("duration").isIntegralNumber()).isTrue();
    assertThat(message.path("average-speed").isIntegralNumber()).isTrue();
    assertThat(pod.log()).doesNotContain("geheim");
    assertStoredAsTheContractSays("application/vnd.docker.image.rootfs.diff.tar");
  }

  private void assertStoredAsTheContractSays(String layerType) throws IOException {
    try (EventLoops loops = new EventLoops();
        RemoteRepository repository =
            PodRun.repository(loops, registry.authority(), PodRun.TARGET, CredentialStore.NONE)) {
      Manifest manifest = repository.manifest("uid");
      assertThat(manifest.mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
      assertThat(manifest.layers()).hasSize(1);
      assertThat(manifest.layers().getFirst().mediaType()).isEqualTo(layerType);
    }
  }

  /** As received by default: the bytes that the source sent, the facts of the disk inside. */
  @Test
  void packedSource_isStoredAsItCame() throws IOException {
    Path disk = Files.write(folder.resolve("disk"), qcow2());
    Tools.run("gzip", "-k", disk).expectSuccess();
    byte[] packed = Files.readAllBytes(folder.resolve("disk.gz"));
    files.put("/disk.gz", packed);

    assertThat(pod.http(files.uri("/disk.gz")).run()).as(pod.log()).isZero();

    assertThat(published()).isEqualTo(packed);
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(packed.length);
    assertThat(pod.message().path("source-image-virtual-size").asLong()).isEqualTo(LENGTH + 512);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("qcow2");
  }

  @Test
  void packedSource_isUnpackedIfAskedFor() throws IOException {
    byte[] image = qcow2();
    Path disk = Files.write(folder.resolve("disk"), image);
    Tools.run("xz", "-0", "-k", disk).expectSuccess();
    files.put("/disk.xz", Files.readAllBytes(folder.resolve("disk.xz")));

    assertThat(pod.http(files.uri("/disk.xz")).with("IMPORTER_STORE", "unpacked").run()).isZero();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-size").asLong()).isEqualTo(image.length);
  }

  /** Whatever the guest's first sectors look like. */
  @Test
  void blockDevice_isRaw() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.device(), image);

    assertThat(pod.with("IMPORTER_SOURCE", "blockDevice").run()).as(pod.log()).isZero();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("raw");
    assertThat(pod.message().path("source-image-virtual-size").asLong()).isEqualTo(image.length);
  }

  @Test
  void fileOfAVolume_isWhatItIs() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.volumeFile(), image);

    assertThat(pod.with("IMPORTER_SOURCE", "filesystem").run()).as(pod.log()).isZero();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.message().path("source-image-format").asText()).isEqualTo("qcow2");
  }

  @Test
  void diskOfAnotherArtifact_isImported() throws IOException {
    byte[] image = qcow2();
    Files.write(pod.paths.volumeFile(), image);
    assertThat(pod.with("IMPORTER_SOURCE", "filesystem").run()).isZero();
    try (MemoryRegistry other = MemoryRegistry.start()) {
      PodRun second = new PodRun(folder, other.authority());

      int exitCode =
          second
              .with("IMPORTER_SOURCE", "registry")
              .with(
                  "IMPORTER_ENDPOINT",
                  "docker://" + registry.authority() + "/" + PodRun.TARGET + ":uid")
              .with("INSECURE_TLS", "true")
              .run();

      assertThat(exitCode).as(second.log()).isZero();
      assertThat(PodRun.published(other.authority(), CredentialStore.NONE)).isEqualTo(image);
    }
  }

  private void useRegistryWithoutMounts() throws IOException {
    registry.close();
    registry =
        MemoryRegistry.start(MemoryRegistryOptions.plain().withoutMounts(), RegistryAuth.none());
    pod = new PodRun(folder, registry.authority());
  }

  private int copy(String repository) {
    return pod.with("IMPORTER_SOURCE", "dvcr")
        .with("IMPORTER_ENDPOINT", registry.authority() + "/" + repository + ":uid")
        .with("IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/cvi/copy:uid")
        .run();
  }

  /** Mounted where that goes, else fetched and sent; its manifest stays what it was. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wholeArtifact_isCopiedWithItsDigest(boolean mounts) throws IOException {
    if (!mounts) {
      useRegistryWithoutMounts();
    }
    files.put("/disk.img", raw());
    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();

    assertThat(copy(PodRun.TARGET)).as(pod.log()).isZero();

    assertThat(registry.manifest("cvi/copy", "uid"))
        .hasValueSatisfying(copy ->
            assertThat(copy).isEqualTo(registry.manifest(PodRun.TARGET, "uid").orElseThrow()));
    assertThat(pod.message().fieldNames()).toIterable().containsExactly("duration");
    assertThat(registry.server().requests("PATCH", "cvi/copy").isEmpty()).isEqualTo(mounts);
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  void index_isCopiedWithAllItsManifests() throws IOException {
    files.put("/disk.img", raw());
    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();
    try (EventLoops loops = new EventLoops();
        RemoteRepository repository =
            PodRun.repository(loops, registry.authority(), PodRun.TARGET, CredentialStore.NONE)) {
      var image = repository.manifest("uid").descriptor();
      String index =
          """
          {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d,\
          "platform":{"os":"linux","architecture":"amd64"}}]}
          """
              .formatted(MediaTypes.OCI_INDEX, image.mediaType(), image.digest(), image.size());
      repository.pushManifest(
          "uid", Manifest.parse(MediaTypes.OCI_INDEX, index.getBytes(StandardCharsets.UTF_8)));

      assertThat(copy(PodRun.TARGET)).as(pod.log()).isZero();

      assertThat(registry.manifest("cvi/copy", "uid"))
          .hasValueSatisfying(
              copy -> assertThat(copy).asString(StandardCharsets.UTF_8).isEqualTo(index));
      assertThat(registry.manifest("cvi/copy", image.digest().toString())).isPresent();
    }
  }

  @Test
  void artifactThatIsNotThere_isToldAndEndsThePod() throws IOException {
    assertThat(copy("no/such")).isZero();

    assertThat(pod.error()).contains("no/such");
    assertThat(registry.manifest("cvi/copy", "uid")).isEmpty();
  }

  /** Cut in its middle, and read again from there. */
  @Test
  void copyThatIsCut_goesOn() throws IOException {
    useRegistryWithoutMounts();
    files.put("/disk.img", raw());
    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();
    // The first of each are the config's; and the first bytes of a blob are fetched once more.
    registry
        .faults()
        .add(Fault.on("GET", "/blobs/").nth(3).afterResponseBytes(LENGTH / 2).then(Effect.CUT));
    registry
        .faults()
        .add(Fault.on("PATCH", "cvi").nth(3).afterRequestBytes(LENGTH / 3).then(Effect.RESET));

    assertThat(copy(PodRun.TARGET)).as(pod.log()).isZero();

    assertThat(registry.manifest("cvi/copy", "uid")).isPresent();
    assertThat(registry.faults().happened()).isEqualTo(2);
    assertThat(registry.openUploadSessions()).isZero();
  }

  /** With the credentials that the controller writes, and a certificate that nobody knows. */
  @Test
  void registryWithTlsAndPassword_isReached() throws IOException {
    ServerCertificate certificate = ServerCertificate.in(folder);
    Path storage = Files.createDirectory(folder.resolve("storage"));
    byte[] image = raw();
    files.put("/disk.img", image);
    RealRegistryConfig config =
        RealRegistryConfig.open().withTls(certificate).withPassword("dvcr-jwt", "geheim");
    try (RealRegistry real = RealRegistry.start(RealRegistry.Version.V3, storage, config)) {
      Path auth =
          Files.writeString(
              folder.resolve(".dockerconfigjson"),
              "{\"auths\":{\"%s\":{\"username\":\"dvcr-jwt\",\"password\":\"geheim\",\"auth\":\"%s\"}}}"
                  .formatted(
                      real.authority(),
                      java.util.Base64.getEncoder()
                          .encodeToString("dvcr-jwt:geheim".getBytes(StandardCharsets.UTF_8))));
      PodRun run = new PodRun(folder, real.authority());

      assertThat(
              run.http(files.uri("/disk.img")).with("IMPORTER_DESTINATION_AUTH_CONFIG", auth).run())
          .as(run.log())
          .isZero();

      assertThat(
              PodRun.published(
                  real.authority(), host -> Optional.of(new Credentials("dvcr-jwt", "geheim"))))
          .isEqualTo(image);
      assertThat(run.log()).doesNotContain("geheim");
    }
  }

  /** What the controller looks for in the body. */
  private static String value(String body, String name) {
    Matcher found =
        Pattern.compile(name + "\\{ownerUID\\=\"" + PodRun.OWNER + "\"\\} ([0-9e\\+\\-\\.]+)\n")
            .matcher(body);
    assertThat(found.find()).as(body).isTrue();
    return found.group(1);
  }

  @Test
  void progress_isServedWhileItRuns() throws Exception {
    byte[] image = raw();
    files.put("/disk.img", image);
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    files
        .faults()
        .add(
            Fault.on("GET", "/disk")
                .afterResponseBytes(image.length / 2)
                .then(exchange -> {
                  half.countDown();
                  await(goOn);
                }));
    CompletableFuture<Integer> running =
        CompletableFuture.supplyAsync(() -> pod.http(files.uri("/disk.img")).run());
    await(half);

    String body = scrape("/metrics");

    assertThat(Double.parseDouble(value(body, "registry_progress"))).isBetween(0.0, 99.9);
    assertThat(Long.parseLong(value(body, "registry_average_speed"))).isNotNegative();
    assertThat(Long.parseLong(value(body, "registry_current_speed"))).isNotNegative();
    assertThat(scrape("/")).contains("registry_progress{");
    assertThat(scrape("/healthz")).isEqualTo("ok\n");
    goOn.countDown();
    assertThat(running.get()).as(pod.log()).isZero();
    assertThat(published()).isEqualTo(image);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String scrape(String path) throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new Everyone()}, null);
    URL url =
        java.net.URI.create("https://127.0.0.1:" + pod.paths.metrics().getPort() + path).toURL();
    HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
    connection.setSSLSocketFactory(trusting.getSocketFactory());
    connection.setHostnameVerifier((host, session) -> true);
    connection.setConnectTimeout(1500);
    connection.setReadTimeout(1500);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static final class Everyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void wrongChecksum_isToldInTheContractsWordsAndEndsThePod() throws IOException {
    byte[] image = raw();
    files.put("/disk.img", image);
    String wrong = "0".repeat(32);

    int exitCode =
        pod.http(files.uri("/disk.img")).with("IMPORTER_CHECKSUMS", "md5:" + wrong).run();

    assertThat(exitCode).isZero();
    assertThat(pod.error()).contains("md5 sum mismatch: " + wrong + " != ");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
    assertThat(registry.openUploadSessions()).isZero();
    assertThat(pod.timer.sleeps()).isEmpty();
  }

  @Test
  void everyMistakeOfTheConfiguration_isToldAndEndsThePod() throws IOException {
    pod.with("IMPORTER_SOURCE", "ftp").with("IMPORTER_DESTINATION_ENDPOINT", "");

    assertThat(pod.run()).isZero();

    assertThat(pod.error())
        .contains("unknown source type: ftp")
        .contains("IMPORTER_DESTINATION_ENDPOINT");
  }

  /** Twenty waits, from a second to a minute, and then somebody else's turn. */
  @Test
  void sourceThatIsNotThere_isWaitedFor() throws IOException {
    String url = files.uri("/disk.img").toString();
    files.close();

    assertThat(pod.http(url).run()).isEqualTo(75);

    assertThat(pod.error()).contains("connection refused");
    assertThat(pod.timer.sleeps())
        .hasSize(20)
        .startsWith(
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(9),
            Duration.ofSeconds(27),
            Duration.ofSeconds(60))
        .endsWith(Duration.ofSeconds(60));
  }

  @Test
  void registryThatComesBack_isWaitedFor() throws IOException {
    byte[] image = raw();
    files.put("/disk.img", image);
    registry.faults().add(Fault.on("*", "/v2/").times(5).then(Effect.answer(503)));

    assertThat(pod.http(files.uri("/disk.img")).run()).as(pod.log()).isZero();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.timer.sleeps()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  void sourceThatRefuses_isNotAskedAgain(int status) throws IOException {
    files.faults().add(Fault.on("GET", "/disk").always().then(Effect.answer(status)));

    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();

    assertThat(pod.error()).contains(Integer.toString(status));
    assertThat(pod.timer.sleeps()).isEmpty();
  }

  /** Three things together tell the controller: the registry's name, POST, and Go's Err:28. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH"})
  void registryWithoutSpace_isToldInTheContractsWords(String method) throws IOException {
    files.put("/disk.img", raw());
    byte[] error =
        """
        {"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"DriverName":"filesystem",\
        "Enclosed":{"Op":"mkdir","Path":"/var/lib/x","Err":28}}}]}
        """
            .getBytes(StandardCharsets.UTF_8);
    registry
        .faults()
        .add(
            Fault.on(method, "/uploads/")
                .always()
                .then(exchange ->
                    exchange.answer(500, Map.of("Content-Type", "application/json"), error)));

    assertThat(pod.http(files.uri("/disk.img")).run()).isEqualTo(75);

    assertThat(pod.error())
        .contains(registry.authority())
        .contains("POST")
        .containsPattern("Err:28\\D")
        .contains("map[DriverName:filesystem Enclosed:map[Err:28 Op:mkdir Path:/var/lib/x]]");
  }

  @Test
  void machineItself_isNoSource() throws IOException {
    files.put("/disk.img", raw());
    pod.environment.remove("IMPORTER_ALLOW_ADDRESSES");

    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();

    assertThat(pod.error()).contains("127.0.0.1 are blocked by the address rules");
    assertThat(files.requests()).isEmpty();
  }

  @Test
  void imageThatIsRefused_endsThePod() throws IOException {
    files.put("/disk.img", new byte[0]);

    assertThat(pod.http(files.uri("/disk.img")).run()).isZero();

    assertThat(pod.error()).contains("R1");
  }

  @Test
  void stop_isToldAndCancelsTheUpload() throws Exception {
    files.put("/disk.img", raw());
    Thread importing = Thread.currentThread();
    files
        .faults()
        .add(
            Fault.on("GET", "/disk")
                .afterResponseBytes(LENGTH / 2)
                .then(exchange -> {
                  importing.interrupt();
                  exchange.stall();
                }));

    int exitCode = pod.http(files.uri("/disk.img")).run();

    assertThat(exitCode).isEqualTo(143);
    assertThat(pod.error()).contains("stopped");
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  void messageThatCannotBeWritten_failsThePod() throws IOException {
    files.put("/disk.img", raw());
    Files.createDirectory(pod.paths.terminationMessage());

    assertThat(pod.http(files.uri("/disk.img")).run()).isEqualTo(1);
  }

  @Test
  void portThatIsTaken_costsTheMetricsAlone() throws IOException {
    byte[] image = raw();
    files.put("/disk.img", image);
    try (var taken = new java.net.ServerSocket()) {
      taken.bind(pod.paths.metrics());

      assertThat(pod.http(files.uri("/disk.img")).run()).isZero();
    }
    assertThat(pod.log()).contains("progress is not served");
    assertThat(published()).isEqualTo(image);
  }

  @Test
  void headerThatIsNone_isAMistakeOfTheConfiguration() throws IOException {
    assertThat(pod.http(files.uri("/disk.img")).with("IMPORTER_EXTRA_HEADER_1", "geheim").run())
        .isZero();

    assertThat(pod.error())
        .contains("the configuration is wrong", "Name: value")
        .doesNotContain("bug", "geheim");
  }

  @Test
  void extraHeaders_reachTheSource() throws IOException {
    files.put("/disk.img", raw());
    Path headers = Files.createDirectory(pod.paths.extraHeaders());
    Files.writeString(headers.resolve("one"), "X-File: geheim1\n");
    Files.writeString(headers.resolve(".hidden"), "X-Hidden: 1\n");

    assertThat(
            pod.http(files.uri("/disk.img"))
                .with("IMPORTER_EXTRA_HEADER_1", "X-Variable: geheim2")
                .run())
        .as(pod.log())
        .isZero();

    assertThat(files.requests("GET", "/disk"))
        .allSatisfy(request -> {
          assertThat(request.header("X-File")).contains("geheim1");
          assertThat(request.header("X-Variable")).contains("geheim2");
          assertThat(request.header("X-Hidden")).isEmpty();
        });
    assertThat(pod.log()).doesNotContain("geheim");
  }
}
