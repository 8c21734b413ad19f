package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.ByteStream;
import io.dvcr.importer.RegistrySource;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.InstantTimer;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Tls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/** An importer pod inside the test's process: its places in a folder, its traffic on loopback. */
@NullMarked
final class PodRun {
  static final String OWNER = "0f2c7a52-1d5b-4a3e-9d0a-8f7b6c5d4e3f";
  static final String TARGET = "vi/ns/name";

  private static final ObjectMapper JSON = new ObjectMapper();

  final Map<String, String> environment = new HashMap<>();
  final PodPaths paths;
  final InstantTimer timer = new InstantTimer();
  private Duration idleLimit = Duration.ofMinutes(10);
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  /**
   * @param registry host and port of the target
   */
  PodRun(Path folder, String registry) throws IOException {
    this.paths =
        new PodPaths(
            folder.resolve("termination-log"),
            folder.resolve("xvda"),
            folder.resolve("disk.img"),
            folder.resolve("extraheaders"),
            folder.resolve("proxycerts"),
            folder.resolve("dvcr-importer.json"),
            folder.resolve("serviceaccount"),
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), freePort()));
    environment.put("IMPORTER_DESTINATION_ENDPOINT", registry + "/" + TARGET + ":uid");
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8");
    environment.put("OWNER_UID", OWNER);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      return socket.getLocalPort();
    }
  }

  PodRun with(String key, Object value) {
    environment.put(key, value.toString());
    return this;
  }

  PodRun withIdleLimit(Duration limit) {
    idleLimit = limit;
    return this;
  }

  PodRun http(Object url) {
    return with("IMPORTER_SOURCE", "http").with("IMPORTER_ENDPOINT", url);
  }

  /** Runs it with the pods' own number of tries, but without waiting; gives the exit code. */
  int run() {
    RetryPolicy policy =
        new RetryPolicy(RetryPolicy.ofPods().maxWaits(), Duration.ofDays(1), true, timer);
    PodLog lines =
        new PodLog(new PrintStream(log, true, StandardCharsets.UTF_8), Clock.systemUTC(), false);
    return new ImporterPod(environment, paths, lines, policy, idleLimit).run();
  }

  /** The environment, for a process. */
  static PodRun ofProcess(Path folder) throws IOException {
    PodRun pod = new PodRun(folder, "");
    pod.environment.clear();
    pod.environment.putAll(System.getenv());
    return pod;
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  JsonNode message() throws IOException {
    byte[] bytes = Files.readAllBytes(paths.terminationMessage());
    assertThat(bytes).as("what Kubernetes keeps").hasSizeLessThan(4096);
    return JSON.readTree(bytes);
  }

  /** The message of a run that failed; it has no other key. */
  String error() throws IOException {
    JsonNode message = message();
    assertThat(message.fieldNames()).toIterable().containsExactly("error-message");
    assertThat(message.path("error-message").isTextual()).isTrue();
    return message.path("error-message").asText();
  }

  /** The file of the artifact that was published. */
  static byte[] published(String registry, CredentialStore credentials) throws IOException {
    try (EventLoops loops = new EventLoops();
        RegistrySource source =
            new RegistrySource(
                repository(loops, registry, TARGET, credentials), "uid", DecoderLimits.DEFAULT);
        ByteStream file = source.open()) {
      return file.in().readAllBytes();
    }
  }

  static RemoteRepository repository(
      EventLoops loops, String registry, String name, CredentialStore credentials) {
    return new RemoteRepository(
        new Reference(registry, name, Optional.empty()),
        loops.connector(ConnectorOptions.DEFAULT.with(Tls.SYSTEM.trustingEveryone())),
        new RegistryOptions(
            credentials, RetryPolicy.within(Duration.ofSeconds(1)), true, true, 1 << 20));
  }
}
