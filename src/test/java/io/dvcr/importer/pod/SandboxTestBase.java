package io.dvcr.importer.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.cli.DvcrProcess;
import io.dvcr.testbed.Nginx;
import io.dvcr.testbed.PodSandbox;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pod's process as a node starts it, with nginx and a registry in its network; see {@link
 * PodSandbox}.
 */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
abstract class SandboxTestBase {
  static final int LENGTH = 8 << 20;
  static final int FAST = 1 << 30;

  /** Eight mebibytes take half a minute. */
  static final int SLOW = 256 << 10;

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  final Map<String, String> environment = new HashMap<>();
  PodSandbox.Spec spec;
  Path served;

  @BeforeEach
  void prepare() throws IOException {
    // The pod's user is nobody here: what he has to reach must be open to all.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    spec = PodSandbox.Spec.of(DvcrProcess.files());
    served = Files.createDirectory(folder.resolve("served"));
    byte[] disk = seed.bytes(LENGTH);
    disk[0] = 0; // no magic by chance
    Files.write(served.resolve("disk.img"), disk);
    environment.put("OWNER_UID", PodRun.OWNER);
    environment.put("DESTINATION_INSECURE_TLS", "true");
    environment.put("IMPORTER_ALLOW_ADDRESSES", "127.0.0.0/8");
    for (String empty : new String[] {"IMPORTER_CONTENTTYPE", "http_proxy", "https_proxy"}) {
      environment.put(empty, "");
    }
  }

  final PodSandbox sandbox() throws IOException {
    return PodSandbox.start(Files.createDirectory(folder.resolve("pod")), spec);
  }

  final Nginx source(PodSandbox pod, int bytesPerSecond) throws IOException {
    Nginx nginx =
        Nginx.startIn(pod, Files.createDirectory(folder.resolve("nginx")), served, bytesPerSecond);
    environment.put("IMPORTER_SOURCE", "http");
    environment.put("IMPORTER_ENDPOINT", nginx.uri("/disk.img").toString());
    return nginx;
  }

  final RealRegistry target(PodSandbox pod) throws IOException {
    RealRegistry registry =
        RealRegistry.startIn(
            pod, RealRegistry.Version.V3, Files.createDirectory(folder.resolve("registry")));
    environment.put(
        "IMPORTER_DESTINATION_ENDPOINT", registry.authority() + "/" + PodRun.TARGET + ":uid");
    return registry;
  }

  final PodSandbox.Running importer(PodSandbox pod, String... arguments) {
    List<String> command = new ArrayList<>(DvcrProcess.command());
    command.add("importer");
    command.addAll(List.of(arguments));
    return pod.run(command, environment);
  }

  static JsonNode message(PodSandbox pod) throws IOException {
    return new ObjectMapper().readTree(pod.terminationMessage());
  }

  static Tools.Result curl(PodSandbox pod, Object... arguments) {
    List<Object> all = new ArrayList<>(pod.inNetwork().subList(1, pod.inNetwork().size()));
    all.addAll(List.of("curl", "-sS", "--max-time", "1.5"));
    all.addAll(List.of(arguments));
    return Tools.run("nsenter", all.toArray());
  }
}
