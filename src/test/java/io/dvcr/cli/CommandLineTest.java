package io.dvcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.cli.Dvcr.Result;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.LayoutRepository;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.ServerCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands say and how they end, with everything piped. */
class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] DISK = disk();

  @TempDir private Path folder;
  private Path disk = Path.of("");
  private String layout = "";

  @BeforeEach
  void writeDisk() throws IOException {
    disk = Files.write(folder.resolve("Debian 12.raw"), DISK);
    layout = "oci:" + folder.resolve("images");
  }

  /** Not a multiple of a sector, and not compressible to nothing. */
  private static byte[] disk() {
    byte[] bytes = new byte[100_001];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return bytes;
  }

  @Test
  void severalMistakes_areToldAtOnce() {
    Result result =
        Dvcr.run(
            "import", "--memory", "12X", "--retry-time=7", "--progress", "nix", "--output", "yaml");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertOneSentence(result)
        .contains("SOURCE is missing", "--memory: \"12X\"", "--retry-time: \"7\"")
        .contains("--progress: \"nix\"", "--output: \"yaml\" is none of text and json")
        .contains("see dvcr import --help");
  }

  @Test
  void unknownOption_isToldWithOtherMistakes() {
    Result result = Dvcr.run("import", disk, "--checksm", "x", "--to", "Foo", "--insecure=no");

    assertThat(result.exitCode()).isEqualTo(2);
    assertOneSentence(result)
        .contains("--checksm is unknown", "--to: \"Foo\"", "--insecure takes no value");
  }

  @Test
  void wrongUsageInJsonMode_isAnObjectOnStandardOutput() throws IOException {
    Result result = Dvcr.run("import", "--output", "json", "--to", "a.b/c", "--to", "a.b/d");

    assertThat(result.exitCode()).isEqualTo(2);
    JsonNode error = JSON.readTree(result.out()).path("error");
    assertThat(error.path("reason").asText()).isEqualTo("InvalidConfiguration");
    assertThat(error.path("message").asText()).contains("SOURCE is missing", "--to is given more");
    assertThat(error.path("retryable").isBoolean()).isTrue();
  }

  @Test
  void unknownCommand_suggestsTheRightOne() {
    Result result = Dvcr.run("imprt", disk);

    assertThat(result.exitCode()).isEqualTo(2);
    assertOneSentence(result).contains("\"imprt\" is no command, did you mean import");
  }

  @Test
  void noCommand_isWrongUsage() {
    assertThat(Dvcr.run().exitCode()).isEqualTo(2);
  }

  @Test
  void secretsOfMistakes_areNotShown() {
    String url = "https://user:geheim@[bad/?token=geheim";
    List<Result> results =
        List.of(
            Dvcr.run("import", disk, url),
            Dvcr.run(url),
            Dvcr.run("import", url),
            Dvcr.run("import", disk, "--pasword=geheim"),
            Dvcr.run("import", disk, "--header", "geheim"),
            Dvcr.run("import", disk, "--header", "A\u0001 b: geheim"));

    assertThat(results)
        .allSatisfy(result -> {
          assertThat(result.exitCode()).isEqualTo(2);
          assertThat(result.out() + result.err()).doesNotContain("geheim");
        });
  }

  @Test
  void secretsOfASourceThatFails_areNotShown() {
    try (FileServer server = FileServer.start()) {
      server.put("/disk.raw", DISK).protectedBy("anna", "richtig");
      String url = server.uri("/disk.raw?X-Signature=geheim1").toString();
      for (String form : List.of("text", "json")) {
        Result result =
            Dvcr.run(
                Map.of("DVCR_SOURCE_PASSWORD", "geheim3"),
                "import",
                url,
                "--user",
                "anna",
                "--header",
                "X-Token: geheim4",
                "--to",
                layout,
                "-v",
                "--output",
                form);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out() + result.err()).doesNotContain("geheim").contains("/disk.raw");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FTP://user:secret@127.0.0.1/x?token=secret",
        "http:/user:secret@127.0.0.1/x",
        "http://user:secret@127.0.0.1:99999/x",
        "http://user:secret@127.0.0.1/x",
        "http://user:secret@my_host/x"
      })
  void sourceThatIsNone_isRefusedWithoutItsSecrets(String source) {
    Dvcr.Result result = Dvcr.run("inspect", source);

    assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).doesNotContain("secret");
  }

  @Test
  void passwordFile_losesOneNewlineOnly() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "a\n\n");
    try (FileServer server = FileServer.start()) {
      server.put("/disk.raw", DISK).protectedBy("anna", "a\n");

      Result result =
          Dvcr.run("inspect", server.uri("/disk.raw"), "--user", "anna", "--password-file", file);

      assertThat(result.err()).isEmpty();
      assertThat(result.exitCode()).isEqualTo(0);
    }
  }

  @Test
  void passwordFromTheEnvironment_isUsed() {
    try (FileServer server = FileServer.start()) {
      server.put("/disk.raw", DISK).protectedBy("anna", "secret");

      Result result =
          Dvcr.run(
              Map.of("DVCR_SOURCE_PASSWORD", "secret"),
              "inspect",
              server.uri("/disk.raw"),
              "--user",
              "anna");

      assertThat(result.exitCode()).as(result.err()).isEqualTo(0);
    }
  }

  @Test
  void userWithoutPasswordAndTerminal_isWrongUsage() {
    Result result = Dvcr.run("import", disk, "--user", "anna");

    assertThat(result.exitCode()).isEqualTo(2);
    assertOneSentence(result).contains("DVCR_SOURCE_PASSWORD");
  }

  @Test
  void import_tellsTheReferenceAndNoMoreThanAsked() {
    Result result = Dvcr.run("import", disk, "--to", layout, "-q");

    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.out()).isEqualTo(layout + ":debian-12\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void import_pipedWithoutProgress_paintsNothing() {
    Result result = Dvcr.run("import", disk, "--to", layout);

    assertThat(result.err()).doesNotContain("\r", "\033", "%").contains("dvcr export " + layout);
  }

  @Test
  void importInJsonMode_isOneObjectAndNothingElse() throws IOException {
    Result result =
        Dvcr.run("import", disk, "--to", layout, "--output=json", "--checksum", "md5:" + md5());

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).hasLineCount(1);
    JsonNode report = JSON.readTree(result.out());
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "reference",
            "manifest",
            "layer",
            "format",
            "virtualSize",
            "storedSize",
            "sourceSize",
            "compression",
            "checksums",
            "seconds",
            "averageSpeed");
    assertThat(report.path("compression").isNull()).isTrue();
    assertThat(report.path("storedSize").asLong()).isEqualTo(DISK.length);
    assertThat(report.path("checksums").path("md5").asText()).isEqualTo(md5());
  }

  @Test
  void jsonProgress_isAnObjectALineThatNeverGoesBackAndEndsAt100() throws IOException {
    Result result = Dvcr.run("import", disk, "--to", layout, "--output=json", "--progress", "json");

    double before = 0;
    for (String line : result.err().lines().toList()) {
      JsonNode progress = JSON.readTree(line);
      assertThat(progress.path("progress").isNumber()).isTrue();
      assertThat(progress.path("progress").asDouble()).isGreaterThanOrEqualTo(before);
      before = progress.path("progress").asDouble();
    }
    assertThat(before).isEqualTo(100);
  }

  @Test
  void wrongChecksum_isToldWithReasonAndLeavesNothing() throws IOException {
    Result result =
        Dvcr.run(
            "import", disk, "--to", layout, "--output=json", "--checksum", "md5:" + "0".repeat(32));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(JSON.readTree(result.out()).path("error").path("reason").asText())
        .isEqualTo("ChecksumMismatch");
    assertOneSentence(result).contains("0".repeat(32), md5());
    assertThat(Dvcr.run("list", layout).out()).doesNotContain("debian");
  }

  @Test
  void missingFile_isNotFound() {
    Result result = Dvcr.run("import", folder.resolve("none.img"), "--to", layout);

    assertThat(result.exitCode()).isEqualTo(1);
    assertOneSentence(result).contains("none.img does not exist");
  }

  @Test
  void fileThatIsMissingOnTheServer_isNotFound() {
    try (FileServer server = FileServer.start()) {
      Result result = Dvcr.run("import", server.uri("/none.img"), "--to", layout);

      assertThat(result.exitCode()).isEqualTo(1);
      assertOneSentence(result).contains("/none.img", "404");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1/disk.img", "https://host.invalid/disk.img"})
  void hostThatIsNotThere_isTemporaryAndToldAtOnce(String url) throws IOException {
    Result result = Dvcr.run("import", url, "--to", layout, "--output=json");

    assertThat(result.exitCode()).isEqualTo(75);
    assertThat(JSON.readTree(result.out()).path("error").path("retryable").asBoolean()).isTrue();
    assertOneSentence(result).contains("/disk.img");
  }

  @Test
  void registryThatIsNotThere_isTemporary() {
    Result result = Dvcr.run("import", disk, "--to", "127.0.0.1:1/disk");

    assertThat(result.exitCode()).isEqualTo(75);
    assertOneSentence(result).contains("127.0.0.1:1");
  }

  @Test
  void untrustedCertificate_isNamedWithTheWayToTrustIt() {
    ServerCertificate certificate = ServerCertificate.in(folder);
    try (FileServer server = FileServer.startTls(certificate);
        MemoryRegistry registry =
            MemoryRegistry.startTls(
                MemoryRegistryOptions.plain(), RegistryAuth.none(), certificate)) {
      server.put("/disk.raw", DISK);

      Result source = Dvcr.run("import", server.uri("/disk.raw"), "--to", layout);
      Result target = Dvcr.run("import", disk, "--to", registry.authority() + "/disk");
      Result trusted =
          Dvcr.run(
              "import",
              server.uri("/disk.raw"),
              "--source-ca",
              certificate.authorityFile(),
              "--ca",
              certificate.authorityFile(),
              "--to",
              registry.authority() + "/disk");

      assertThat(source.exitCode()).isEqualTo(1);
      assertOneSentence(source).contains("CN=localhost", "--source-ca");
      assertThat(target.exitCode()).isEqualTo(1);
      assertOneSentence(target).contains("CN=localhost", "--ca");
      assertThat(trusted.exitCode()).as(trusted.err()).isEqualTo(0);
    }
  }

  @Test
  void inspectOfSeveral_tellsEachInOrder() throws IOException {
    Path cut = Files.write(folder.resolve("cut.raw.gz"), cutGzip());
    Path none = folder.resolve("none.img");

    Result json =
        Dvcr.run(
            "inspect", disk, cut, "http://127.0.0.1:1/x?t=geheim", none, disk, "--output=json");

    assertThat(json.exitCode()).isEqualTo(1);
    List<String> lines = json.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(JSON.readTree(lines.get(0)).path("format").asText()).isEqualTo("raw");
    JsonNode refused = JSON.readTree(lines.get(1));
    assertThat(refused.path("source").asText()).isEqualTo(cut.toString());
    assertThat(refused.path("error").path("reason").asText()).isEqualTo("MalformedImage");
    assertThat(refused.path("error").path("rule").asText()).isEqualTo("G2");
    assertThat(refused.path("error").path("retryable").asBoolean(true)).isFalse();
    assertThat(lines.get(2)).contains("SourceUnavailable").doesNotContain("geheim");
    assertThat(lines.get(3)).contains("SourceNotFound");
    assertThat(json.err().lines()).hasSize(3).allMatch(line -> line.startsWith("dvcr: "));
  }

  @Test
  void inspectWithTemporaryFailuresOnly_is75() {
    Result result = Dvcr.run("inspect", disk, "http://127.0.0.1:1/x");

    assertThat(result.exitCode()).isEqualTo(75);
    assertThat(result.out()).hasLineCount(1);
  }

  @Test
  void list_tellsEveryImage() throws IOException {
    assertThat(Dvcr.run("import", disk, "--to", layout).exitCode()).isEqualTo(0);
    assertThat(Dvcr.run("import", disk, "--to", layout + ":b").exitCode()).isEqualTo(0);

    Result json = Dvcr.run("list", layout, "--output", "json");
    Result text = Dvcr.run("list", layout);

    assertThat(json.out()).hasLineCount(2);
    assertThat(JSON.readTree(json.out().lines().findFirst().orElseThrow()).fieldNames())
        .toIterable()
        .containsExactly("tag", "format", "virtualSize", "storedSize", "digest", "created");
    assertThat(text.out()).hasLineCount(3).contains("debian-12", "97.7 KiB");
  }

  @Test
  void listWithADamagedImage_tellsTheOthers() throws IOException {
    assertThat(Dvcr.run("import", disk, "--to", layout + ":b").exitCode()).isEqualTo(0);
    try (LayoutRepository damaged = new LayoutRepository(folder.resolve("images"))) {
      tag(damaged, "a", "no JSON");
      tag(damaged, "c", "[]");
    }

    Result text = Dvcr.run("list", layout);
    Result json = Dvcr.run("list", layout, "--output", "json");

    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out()).hasLineCount(2).contains("b", "97.7 KiB");
    assertThat(text.err().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("its config is no JSON"));
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.out()).hasLineCount(3);
    assertThat(JSON.readTree(json.out().lines().findFirst().orElseThrow()).path("tag").asText())
        .isEqualTo("a");
  }

  @Test
  void listOfAForeignImage_saysNothingThatATerminalObeys() throws IOException {
    try (LayoutRepository foreign = new LayoutRepository(folder.resolve("images"))) {
      tag(
          foreign,
          "a",
          "{\"config\":{\"Labels\":{\"source-image-format\":\"\\u001b[31m\\u009b2J\"}}}");
    }

    Result result = Dvcr.run("list", layout);

    assertThat(result.exitCode()).isEqualTo(0);
    assertThat(result.out()).contains("[31m").doesNotContain("\u001b").doesNotContain("\u009b");
  }

  private static void tag(LayoutRepository layout, String tag, String config) throws IOException {
    Descriptor blob =
        layout.pushBlob(MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
    String manifest =
        "{\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d},\"layers\":[]}"
            .formatted(blob.mediaType(), blob.digest(), blob.size());
    layout.pushManifest(
        tag, Manifest.parse(MediaTypes.OCI_MANIFEST, manifest.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void targetsAndSourcesThatAreMistaken_areToldTheRightForm() {
    assertOneSentence(Dvcr.run("import", disk, "--to", "./out")).contains("oci:./out");
    assertOneSentence(Dvcr.run("inspect", "localhost:5000/a:b"))
        .contains("docker://localhost:5000/a:b");
    assertOneSentence(Dvcr.run("import", disk, "--to", layout, "--ca", "/nonexistent"))
        .contains("--ca: /nonexistent does not exist");
  }

  @Test
  void completion_offersWordsWhereOnlyAFewAreAllowed() {
    assertThat(Dvcr.run("completion", "bash").out())
        .contains("(\"auto\" \"none\" \"zstd\")")
        .contains("(\"auto\" \"bar\" \"json\" \"none\")")
        .contains("(\"bash\" \"zsh\")");
  }

  @Test
  void adviceIsForWhatIsWrong() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> answerPlainly(plain));
      assertOneSentence(Dvcr.run("inspect", "https://127.0.0.1:" + plain.getLocalPort() + "/x"))
          .contains("speak TLS", "write http://");
    }
    assertOneSentence(Dvcr.runWithInput(DISK, "inspect", "-", "-")).contains("once only");
    assertOneSentence(Dvcr.run("import", disk, "--to", "a.b/c@sha256:" + "0".repeat(64)))
        .contains("has a digest");
    assertOneSentence(Dvcr.run("import", disk, "--to", "a.b/C:d")).contains("lower case");
    for (String tag : List.of("a", "b")) {
      assertThat(Dvcr.run("import", disk, "--to", layout + ":" + tag).exitCode()).isEqualTo(0);
    }
    assertOneSentence(Dvcr.run("export", layout, folder.resolve("x")))
        .contains("several images", layout + ":a", "dvcr list");
  }

  /** As common servers answer what is no HTTP. */
  private static void answerPlainly(ServerSocket server) {
    try (Socket client = server.accept()) {
      client
          .getOutputStream()
          .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
      client.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tagOfTheSource_isTheTargetsTag() {
    try (MemoryRegistry registry = MemoryRegistry.start()) {
      String target = registry.authority() + "/vms/debian";
      assertThat(Dvcr.run("import", disk, "--to", layout + ":12").exitCode()).isEqualTo(0);

      assertThat(Dvcr.run("import", layout + ":12", "--to", target).out()).contains("debian:12");
      assertThat(Dvcr.run("import", "docker://" + target + ":12", "--to", target + "-copy").out())
          .contains("debian-copy:12");
    }
  }

  @Test
  void webPage_isNoDisk() throws IOException {
    Path page = Files.writeString(folder.resolve("disk.raw"), "\uFEFF \n<!DocType html>\n<title>");

    Result result = Dvcr.run("inspect", page);

    assertThat(result.exitCode()).isEqualTo(1);
    assertOneSentence(result).contains("a web page", "O6");
  }

  @Test
  void listWithoutALayoutOrRepository_isNotFound(@TempDir Path storage) {
    try (RealRegistry registry = RealRegistry.start(RealRegistry.Version.V3, storage)) {
      for (String target : List.of(layout, "oci:" + folder, registry.authority() + "/none")) {
        Result result = Dvcr.run("list", target);
        assertThat(result.exitCode()).as(target).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertOneSentence(result).contains("check the name");
      }
    }
  }

  @Test
  void export_givesTheDiskAndKeepsAnExistingFile() throws IOException {
    assertThat(Dvcr.run("import", disk, "--to", layout).exitCode()).isEqualTo(0);
    Path file = folder.resolve("out.raw");

    assertThat(Dvcr.run("export", layout, file).exitCode()).isEqualTo(0);
    assertThat(file).hasBinaryContent(DISK);

    Files.writeString(file, "mine");
    Result again = Dvcr.run("export", layout + ":debian-12", file);
    assertThat(again.exitCode()).isEqualTo(1);
    assertOneSentence(again).contains("out.raw", "--force");
    assertThat(file).hasContent("mine");

    assertThat(Dvcr.run("export", layout, file, "--force").exitCode()).isEqualTo(0);
    assertThat(file).hasBinaryContent(DISK);
  }

  @Test
  void exportToStandardOutput_isTheDiskAndNothingElse() {
    assertThat(Dvcr.runWithInput(DISK, "import", "-", "--to", layout + ":x").exitCode())
        .isEqualTo(0);

    Result result = Dvcr.run("export", layout + ":x", "-", "--output", "json");

    assertThat(result.bytes()).isEqualTo(DISK);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void exportOfADamagedImage_leavesNoFile() throws IOException {
    assertThat(Dvcr.run("import", disk, "--to", layout, "--layer-compression=none").exitCode())
        .isEqualTo(0);
    Path blob = largestBlob();
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    Path out = Files.createDirectory(folder.resolve("out"));

    Result result = Dvcr.run("export", layout, out.resolve("disk.raw"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertOneSentence(result).contains("digest");
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void exportIntoAFolder_saysSo() {
    Result result = Dvcr.run("export", layout, folder, "--force");

    assertThat(result.exitCode()).isEqualTo(1);
    assertOneSentence(result).contains("is a folder");
  }

  @Test
  void exportToStandardOutputThatIsFull_fails() {
    assertThat(Dvcr.run("import", disk, "--to", layout).exitCode()).isEqualTo(0);

    assertThat(Dvcr.runFull("export", layout, "-").exitCode()).isEqualTo(1);
    Result list = Dvcr.runFull("list", layout);
    assertThat(list.exitCode()).isEqualTo(1);
    assertOneSentence(list).contains("standard output");
  }

  private static AbstractStringAssert<?> assertOneSentence(Result result) {
    return assertThat(result.err()).startsWith("dvcr: ").hasLineCount(1);
  }

  private static String md5() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(DISK));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] cutGzip() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(DISK);
    }
    return Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
  }

  private Path largestBlob() throws IOException {
    try (var blobs = Files.list(folder.resolve("images/blobs/sha256"))) {
      return blobs.max(Comparator.comparingLong(blob -> blob.toFile().length())).orElseThrow();
    }
  }
}
