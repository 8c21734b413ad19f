package io.dvcr.testbed;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A real Kubernetes API on the loopback address: etcd, kube-apiserver with RBAC, and the
 * controllers for garbage, namespaces, service accounts, their root authority and cluster roles. No
 * nodes: nothing runs. Each of the programs ends by itself when this process does.
 */
@NullMarked
public final class KubernetesApi implements AutoCloseable {
  private static final String PROGRAM = "kube-1.36.3";

  /** Three seconds alone; more on a machine that does a lot besides. */
  private static final Duration TO_START = Duration.ofMinutes(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  /** Another program may take the port that was just free. */
  private static final int TRIES = 5;

  private static final Pattern ETCD_LISTENS =
      Pattern.compile("serving client traffic.*\"address\":\"(127\\.0\\.0\\.1:[0-9]+)\"");
  private static final Pattern CONTROLLERS_RUN = Pattern.compile("controllers are running");

  private static @Nullable KubernetesApi shared;

  private final Path folder;
  private final ServerCertificate certificate;
  private final String adminToken = UUID.randomUUID().toString();
  private final List<RunningProgram> programs = new ArrayList<>();
  private final URI root;
  private final KubernetesClient client;

  private KubernetesApi(Path folder) {
    this.folder = folder;
    Path program = Parts.require(PROGRAM);
    this.certificate = ServerCertificate.in(folder);
    write("tokens.csv", adminToken + ",admin,admin,system:masters\n");
    try {
      RunningProgram etcd = start(etcd(program));
      String address = etcd.awaitLine(ETCD_LISTENS, TO_START).group(1);
      this.root = startServer(program, address);
      this.client = client(adminToken);
      start(
              List.of(
                  program.toString(),
                  "controllers",
                  kubeconfig().toString(),
                  certificate.authorityFile().toString()))
          .awaitLine(CONTROLLERS_RUN, TO_START);
    } catch (RuntimeException | Error e) {
      stopPrograms();
      throw e;
    }
  }

  /**
   * Starts one and waits until it serves.
   *
   * @param folder for its certificates and data; an empty one
   */
  public static KubernetesApi start(Path folder) {
    return new KubernetesApi(folder);
  }

  /**
   * The one that all tests of this process share, for those that keep to namespaces and names of
   * their own; started at first use. Nobody closes it.
   */
  public static synchronized KubernetesApi shared() {
    KubernetesApi running = shared;
    if (running == null) {
      Parts.require(PROGRAM);
      running = start(temporaryFolder());
      Runtime.getRuntime().addShutdownHook(new Thread(running::closeAndDelete));
      shared = running;
    }
    return running;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("kube");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void closeAndDelete() {
    close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> etcd(Path program) {
    String anyPort = "http://127.0.0.1:0";
    return List.of(
        program.toString(),
        "etcd",
        "--name=t",
        "--data-dir=etcd",
        "--unsafe-no-fsync",
        "--enable-grpc-gateway=false", // it would dial the port 0
        "--listen-client-urls=" + anyPort,
        "--advertise-client-urls=" + anyPort,
        "--listen-peer-urls=" + anyPort,
        "--initial-advertise-peer-urls=" + anyPort,
        "--initial-cluster=t=" + anyPort);
  }

  private List<String> server(Path program, String etcd, int port) {
    return List.of(
        program.toString(),
        "apiserver",
        "--etcd-servers=http://" + etcd,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--endpoint-reconciler-type=none",
        "--tls-cert-file=" + certificate.certificateFile(),
        "--tls-private-key-file=" + certificate.keyFile(),
        "--token-auth-file=" + folder.resolve("tokens.csv"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + certificate.keyFile(),
        "--service-account-signing-key-file=" + certificate.keyFile(),
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--allow-privileged=true",
        "--enable-priority-and-fairness=false",
        "--profiling=false");
  }

  private URI startServer(Path program, String etcd) {
    String log = "";
    for (int i = 0; i < TRIES; i++) {
      int port = freePort();
      RunningProgram server = start(server(program, etcd, port));
      URI address = URI.create("https://127.0.0.1:" + port);
      if (isReady(server, address)) {
        return address;
      }
      server.close();
      programs.remove(server);
      log = server.log();
    }
    throw new AssertionError("the API server does not start\n" + log);
  }

  /** It does not say when it is ready, so it is asked, for a bounded time. */
  private boolean isReady(RunningProgram server, URI address) {
    long deadline = System.nanoTime() + TO_START.toNanos();
    try (KubernetesClient asking = client(address, adminToken)) {
      while (server.isAlive() && System.nanoTime() < deadline) {
        try {
          if (Objects.equals(asking.raw("/readyz"), "ok")) {
            return true;
          }
        } catch (KubernetesClientException e) {
          // Not yet.
        }
        pause();
      }
    }
    return false;
  }

  private RunningProgram start(List<String> command) {
    RunningProgram program = RunningProgram.start(folder, command);
    programs.add(program);
    return program;
  }

  /** The API server's address. */
  public URI root() {
    return root;
  }

  /** A client that may do everything; it is closed with this. */
  public KubernetesClient client() {
    return client;
  }

  /** The certificate that the API server shows. */
  public ServerCertificate certificate() {
    return certificate;
  }

  /** A kubeconfig of a user who may do everything. */
  public Path kubeconfig() {
    return write(
        "kubeconfig",
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: t, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: admin, user: {token: "%s"}}]
        contexts: [{name: t, context: {cluster: t, user: admin}}]
        current-context: t
        """
            .formatted(root, certificate.authorityFile(), adminToken));
  }

  /** A new namespace; gives its name. */
  public String namespace() {
    return client
        .namespaces()
        .resource(
            new NamespaceBuilder().withNewMetadata().withGenerateName("t-").endMetadata().build())
        .create()
        .getMetadata()
        .getName();
  }

  /** Creates what a file of the test resources, beside this class, describes. */
  public void create(String yaml) {
    client
        .load(Objects.requireNonNull(KubernetesApi.class.getResourceAsStream(yaml), yaml))
        .serverSideApply();
  }

  /** A token of that service account, which has to be there. */
  public String token(String namespace, String serviceAccount) {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(serviceAccount)
        .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
        .getStatus()
        .getToken();
  }

  private KubernetesClient client(String token) {
    return client(root, token);
  }

  private KubernetesClient client(URI address, String token) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl(address.toString())
                .withCaCertFile(certificate.authorityFile().toString())
                .withOauthToken(token)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  /** etcd last: without it the API server would not end. */
  @Override
  public void close() {
    client.close();
    stopPrograms();
  }

  private void stopPrograms() {
    programs.reversed().forEach(RunningProgram::close);
    programs.clear();
  }

  private Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the API server", e);
    }
  }
}
