package io.dvcr.uploader;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.contract.ImportReport;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ProgressMeter;
import io.dvcr.testbed.ServerCertificate;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only who has the right certificate is let in. */
@NullMarked
@SuppressWarnings("NullAway.Init") // made before each test
class ClientCertificateTest {
  @TempDir Path folder;
  private ServerCertificate server;
  private UploadServer uploads;

  @BeforeEach
  void start() throws IOException {
    server = ServerCertificate.in(folder);
    run(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=clients",
        "-days",
        1,
        "-keyout",
        folder.resolve("authority.key"),
        "-out",
        folder.resolve("authority.pem"));
    ServerTls tls =
        new ServerTls(
            server.certificateFile(),
            server.keyFile(),
            Optional.of(folder.resolve("authority.pem")),
            Optional.of("ingress"),
            Set.of("TLSv1.3", "TLSv1.2"),
            List.of());
    uploads =
        UploadServer.start(
            new UploadServerOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(tls),
                "/upload",
                Optional.empty(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Long.MAX_VALUE,
                remedy -> ""),
            ClientCertificateTest::nothing);
  }

  private static ImportReport nothing(ImageSource upload, ProgressMeter progress) {
    throw new IllegalStateException("nobody uploads");
  }

  @AfterEach
  void stop() {
    uploads.close();
  }

  private static void run(Object... arguments) {
    Tools.run("openssl", arguments).expectSuccess();
  }

  private Tools.Result curlAs(String name) {
    Path key = folder.resolve(name + ".key");
    Path request = folder.resolve(name + ".csr");
    Path certificate = folder.resolve(name + ".pem");
    run(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/O=test/CN=" + name,
        "-keyout",
        key,
        "-out",
        request);
    run(
        "x509",
        "-req",
        "-in",
        request,
        "-days",
        1,
        "-CA",
        folder.resolve("authority.pem"),
        "-CAkey",
        folder.resolve("authority.key"),
        "-CAcreateserial",
        "-out",
        certificate);
    return curl("--cert", certificate, "--key", key);
  }

  private Tools.Result curl(Object... arguments) {
    Object[] all = new Object[arguments.length + 6];
    Object[] first = {
      "-sS", "-w", "%{http_code} %{http_version}", "--cacert", server.authorityFile()
    };
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(arguments, 0, all, first.length, arguments.length);
    all[all.length - 1] = "https://127.0.0.1:" + uploads.port() + "/upload";
    return Tools.run("curl", all);
  }

  @Test
  void rightName_isLetIn() {
    assertThat(curlAs("ingress").out()).isEqualTo("200 2");
  }

  @Test
  void otherName_isNot() {
    assertThat(curlAs("somebody").out()).contains("common name").endsWith("403 2");
  }

  @Test
  void noCertificate_endsTheHandshake() {
    assertThat(curl().exitCode()).isNotZero();
  }
}
