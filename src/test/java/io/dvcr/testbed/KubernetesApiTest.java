package io.dvcr.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KubernetesApiTest {
  @TempDir private Path folder;

  /** What the controllers are there for: accounts, the root authority, and garbage. */
  @Test
  void api_behavesLikeAClusters() {
    KubernetesApi api = KubernetesApi.shared();
    String namespace = api.namespace();
    var client = api.client();

    client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("default")
        .waitUntilCondition(found -> found != null, 1, TimeUnit.MINUTES);
    var maps = client.configMaps().inNamespace(namespace);
    maps.withName("kube-root-ca.crt")
        .waitUntilCondition(found -> found != null, 1, TimeUnit.MINUTES);
    ConfigMap owner =
        maps.resource(
                new ConfigMapBuilder().withNewMetadata().withName("owner").endMetadata().build())
            .create();
    maps.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("owned")
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("owner")
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .build())
        .create();
    assertThat(maps.withName("owner").delete()).isNotEmpty();
    assertThat(
            maps.withName("owned").waitUntilCondition(found -> found == null, 1, TimeUnit.MINUTES))
        .isNull();
  }

  /** Beside the one that is shared; it listens on loopback alone, and nothing of it stays. */
  @Test
  void api_stopsWithAllItsPrograms() throws IOException {
    Set<ProcessHandle> before = programs();
    try (KubernetesApi api = KubernetesApi.start(folder)) {
      assertThat(api.client().getKubernetesVersion().getGitVersion()).isEqualTo("v1.36.3");
      Set<ProcessHandle> started = new HashSet<>(programs());
      started.removeAll(before);
      assertThat(started).hasSize(3);
      Set<String> addresses = new HashSet<>();
      for (ProcessHandle program : started) {
        addresses.addAll(listening(program.pid()));
      }
      assertThat(addresses).containsExactly("0100007F"); // 127.0.0.1, proc_pid_net(5)
    }
    assertThat(programs()).isEqualTo(before);
  }

  private static Set<ProcessHandle> programs() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").contains("kube-"))
        .collect(Collectors.toSet());
  }

  /** The addresses, as the kernel writes them, at which a process listens. */
  private static Set<String> listening(long pid) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path descriptor : open) {
        String link = Files.readSymbolicLink(descriptor).toString();
        sockets.add(link.replaceAll("socket:\\[(\\d+)]", "$1"));
      }
    }
    Set<String> addresses = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields[3].equals("0A") && sockets.contains(fields[9])) {
          addresses.add(fields[1].substring(0, fields[1].indexOf(':')));
        }
      }
    }
    return addresses;
  }
}
