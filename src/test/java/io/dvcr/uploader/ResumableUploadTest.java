package io.dvcr.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Both protocols of uploads that can be continued, spoken by curl, into distribution 3.1.1. */
@NullMarked
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
class ResumableUploadTest {
  private static final int LENGTH = 5_000_000;
  private static final Pattern LOCATION = Pattern.compile("(?im)^location: (\\S+)");

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  private RealRegistry registry;
  private UploadBench bench;
  private byte[] disk;

  @BeforeEach
  void start() throws IOException {
    registry = RealRegistry.start(RealRegistry.Version.V3, folder.resolve("registry"));
    bench = new UploadBench(registry.authority());
    disk = seed.bytes(LENGTH);
    disk[0] = 0; // no magic by chance
  }

  @AfterEach
  void stop() {
    bench.close();
    registry.close();
  }

  /** What a response was: interim ones, the head, the body. */
  private static String curl(URI uri, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("-sSi"));
    all.addAll(List.of(arguments));
    all.add(uri);
    return Tools.run("curl", all.toArray()).out();
  }

  private String part(int from, int to) throws IOException {
    Path file = folder.resolve("part-" + from);
    Files.write(file, Arrays.copyOfRange(disk, from, to));
    return "@" + file;
  }

  private URI location(String response) {
    Matcher matcher = LOCATION.matcher(response);
    assertThat(matcher.find()).as(response).isTrue();
    // RFC 3986, section 5.2.2: a query alone keeps the path, which java.net.URI does not know.
    return URI.create(bench.uri() + matcher.group(1));
  }

  @Test
  void ietf_inParts() throws Exception {
    String created =
        curl(
            bench.uri(),
            "-X",
            "POST",
            "-H",
            "Upload-Complete: ?0",
            "-H",
            "Upload-Length: " + LENGTH,
            "--data-binary",
            part(0, 1_000_000));
    assertThat(created).contains("201 Created").containsIgnoringCase("upload-offset: 1000000");
    URI upload = location(created);

    String appended = ietf(upload, 1_000_000, 3_000_000, "?0");
    assertThat(appended).contains("204").containsIgnoringCase("upload-offset: 3000000");

    assertThat(curl(upload, "-I"))
        .contains("204")
        .containsIgnoringCase("upload-offset: 3000000")
        .containsIgnoringCase("upload-complete: ?0")
        .containsIgnoringCase("upload-length: " + LENGTH)
        .containsIgnoringCase("cache-control: no-store");

    String done = ietf(upload, 3_000_000, LENGTH, "?1");
    assertThat(done).contains("200 OK").containsIgnoringCase("upload-complete: ?1").contains("raw");
    assertThat(bench.stored()).isEqualTo(disk);
    assertThat(curl(upload, "-I")).containsIgnoringCase("upload-complete: ?1");
  }

  private String ietf(URI upload, int from, int to, String complete) throws IOException {
    return curl(
        upload,
        "-X",
        "PATCH",
        "-H",
        "Content-Type: application/partial-upload",
        "-H",
        "Upload-Offset: " + from,
        "-H",
        "Upload-Complete: " + complete,
        "--data-binary",
        part(from, to));
  }

  @Test
  void ietf_wrongOffset_isAConflictThatTellsTheRightOne() throws Exception {
    URI upload = location(curl(bench.uri(), "-X", "POST", "-H", "Upload-Complete: ?0", "-d", ""));

    String answer = ietf(upload, 1, 1000, "?0");

    assertThat(answer).contains("409").containsIgnoringCase("upload-offset: 0");
  }

  @Test
  void ietf_interimResponseTellsWhere() throws Exception {
    String response =
        curl(
            bench.uri(),
            "-X",
            "POST",
            "-H",
            "Upload-Complete: ?1",
            "-H",
            "Upload-Draft-Interop-Version: 9",
            "--data-binary",
            part(0, LENGTH));

    assertThat(response).startsWith("HTTP/1.1 104 Upload Resumption Supported").contains("200 OK");
    assertThat(bench.stored()).isEqualTo(disk);
  }

  @Test
  void ietf_cutInTheMiddle_goesOn() throws Exception {
    URI upload =
        location(
            curl(
                bench.uri(),
                "-X",
                "POST",
                "-H",
                "Upload-Complete: ?0",
                "-H",
                "Upload-Length: " + LENGTH,
                "-d",
                ""));
    Tools.run(
        "curl",
        "-sS",
        "-m",
        "1",
        "--limit-rate",
        "1M",
        "-X",
        "PATCH",
        "-H",
        "Content-Type: application/partial-upload",
        "-H",
        "Upload-Offset: 0",
        "-H",
        "Upload-Complete: ?1",
        "--data-binary",
        part(0, LENGTH),
        upload);

    String state = curl(upload, "-I");
    Matcher offset = Pattern.compile("(?i)upload-offset: (\\d+)").matcher(state);
    assertThat(offset.find()).as(state).isTrue();
    int from = Integer.parseInt(offset.group(1));
    assertThat(from).isBetween(100_000, LENGTH - 1);
    assertThat(ietf(upload, from, LENGTH, "?1")).contains("200 OK");
    assertThat(bench.stored()).isEqualTo(disk);
  }

  @Test
  void secondUpload_isToldToWait() throws Exception {
    URI upload = location(curl(bench.uri(), "-X", "POST", "-H", "Upload-Complete: ?0", "-d", ""));

    assertThat(curl(bench.uri(), "-T", part(0, 10).substring(1)))
        .contains("503")
        .containsIgnoringCase("retry-after");

    assertThat(curl(upload, "-X", "DELETE")).contains("204");
    assertThat(curl(bench.uri(), "-T", part(0, LENGTH).substring(1))).contains("200 OK");
  }

  @Test
  void tus_inParts() throws Exception {
    String created =
        curl(
            bench.uri(),
            "-X",
            "POST",
            "-H",
            "Tus-Resumable: 1.0.0",
            "-H",
            "Upload-Length: " + LENGTH,
            "-d",
            "");
    assertThat(created).contains("201 Created");
    URI upload = location(created);

    assertThat(tus(upload, 0, 2_000_000))
        .contains("204")
        .containsIgnoringCase("upload-offset: 2000000");
    assertThat(curl(upload, "-I", "-H", "Tus-Resumable: 1.0.0"))
        .contains("200 OK")
        .containsIgnoringCase("upload-offset: 2000000")
        .containsIgnoringCase("upload-length: " + LENGTH);
    assertThat(tus(upload, 2_000_000, LENGTH))
        .contains("204")
        .containsIgnoringCase("upload-offset: " + LENGTH);
    assertThat(bench.stored()).isEqualTo(disk);
  }

  private String tus(URI upload, int from, int to) throws IOException {
    return curl(
        upload,
        "-X",
        "PATCH",
        "-H",
        "Tus-Resumable: 1.0.0",
        "-H",
        "Content-Type: application/offset+octet-stream",
        "-H",
        "Upload-Offset: " + from,
        "--data-binary",
        part(from, to));
  }

  @Test
  void options_tellWhatIsSpoken() {
    assertThat(curl(bench.uri(), "-X", "OPTIONS"))
        .containsIgnoringCase("tus-version: 1.0.0")
        .containsIgnoringCase("accept-patch: application/partial-upload")
        .containsIgnoringCase("upload-limit: ");
  }
}
