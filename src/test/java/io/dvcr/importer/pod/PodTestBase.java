package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.registry.CredentialStore;
import io.dvcr.testbed.FileServer;
import io.dvcr.testbed.MemoryRegistry;
import io.dvcr.testbed.MemoryRegistryOptions;
import io.dvcr.testbed.RegistryAuth;
import io.dvcr.testbed.Seed;
import io.dvcr.testbed.ServedFile;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A pod, a web server for its source and a registry for its target, all told by the test. */
@NullMarked
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // made before each test
abstract class PodTestBase {
  /** Of disks: not a multiple of 512 once something is added. */
  static final int LENGTH = 2 << 20;

  static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final Seed seed = new Seed();
  @TempDir Path folder;
  FileServer files;
  MemoryRegistry registry;
  PodRun pod;

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

  /** Takes another registry for the target. */
  final void useRegistry(MemoryRegistryOptions options, RegistryAuth auth) throws IOException {
    registry.close();
    registry = MemoryRegistry.start(options, auth);
    pod = new PodRun(folder, registry.authority());
  }

  /** A disk of which nothing is known; its length is no multiple of 512. */
  final byte[] raw() {
    byte[] disk = seed.bytes(LENGTH + 7);
    disk[0] = 0; // no magic by chance
    return disk;
  }

  /** A disk image of {@link #LENGTH} + 512 bytes for the guest, as QEMU makes it. */
  final byte[] image(String format, String... options) throws IOException {
    Path from = Files.write(folder.resolve("source.raw"), raw());
    Path to = folder.resolve("source." + format);
    Object[] arguments = {"convert", "-f", "raw", "-O", format, from, to};
    Tools.run("qemu-img", concat(arguments, options)).expectSuccess();
    return Files.readAllBytes(to);
  }

  private static Object[] concat(Object[] arguments, String... options) {
    Object[] all = new Object[arguments.length + options.length];
    System.arraycopy(arguments, 0, all, 0, 1);
    System.arraycopy(options, 0, all, 1, options.length);
    System.arraycopy(arguments, 1, all, 1 + options.length, arguments.length - 1);
    return all;
  }

  final byte[] qcow2() throws IOException {
    return image("qcow2");
  }

  /** What a program makes of a file: {@code packed(image, "xz", "-0")}. */
  final byte[] packed(byte[] content, String program, Object... options) throws IOException {
    Path plain = Files.write(folder.resolve("plain"), content);
    Object[] arguments = new Object[options.length + 2];
    System.arraycopy(options, 0, arguments, 0, options.length);
    arguments[options.length] = "-k";
    arguments[options.length + 1] = plain;
    Tools.run(program, arguments).expectSuccess();
    String suffix =
        switch (program) {
          case "gzip" -> ".gz";
          case "zstd" -> ".zst";
          case "bzip2" -> ".bz2";
          default -> "." + program;
        };
    Path packed = folder.resolve("plain" + suffix);
    byte[] bytes = Files.readAllBytes(packed);
    Files.delete(packed);
    return bytes;
  }

  /** Serves a file and tells the pod to import it. */
  final ServedFile serve(String path, byte[] content) {
    ServedFile file = files.put(path, content);
    pod.http(files.uri(path));
    return file;
  }

  /** The pod has to end well. */
  final void runWell() {
    assertThat(pod.run()).as(pod.log()).isZero();
    assertThat(registry.openUploadSessions()).isZero();
  }

  /** The pod has to end with an error that nothing will mend; gives its message. */
  final String runInVain() throws IOException {
    assertThat(pod.run()).as(pod.log()).isZero();
    assertThat(registry.manifest(PodRun.TARGET, "uid")).as("nothing is published").isEmpty();
    assertThat(registry.openUploadSessions()).isZero();
    assertThat(pod.timer.sleeps()).as("nothing is tried again").isEmpty();
    return pod.error();
  }

  final byte[] published() throws IOException {
    return PodRun.published(registry.authority(), CredentialStore.NONE);
  }

  final JsonNode manifest() throws IOException {
    return JSON.readTree(registry.manifest(PodRun.TARGET, "uid").orElseThrow());
  }

  final byte[] blob(JsonNode descriptor) {
    return registry.blob(PodRun.TARGET, descriptor.path("digest").asText()).orElseThrow();
  }

  final JsonNode config() throws IOException {
    return JSON.readTree(blob(manifest().path("config")));
  }

  final byte[] layer() throws IOException {
    return blob(manifest().path("layers").path(0));
  }

  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(pair);
  }

  /**
   * A docker configuration as a mounted Secret has it: the file is a link into a folder of data.
   *
   * @return where the link is
   */
  final Path secret(String mount, String name, String content) throws IOException {
    Path at = Files.createDirectories(folder.resolve(mount));
    Path data = Files.createDirectories(at.resolve("..2026_01_02_03_04_05.1"));
    Files.writeString(data.resolve(name), content);
    Files.deleteIfExists(at.resolve("..data"));
    Files.createSymbolicLink(at.resolve("..data"), data.getFileName());
    Path link = at.resolve(name);
    Files.deleteIfExists(link);
    return Files.createSymbolicLink(link, Path.of("..data", name));
  }

  /** As the controller writes it for one registry. */
  static String auths(String registry, String user, String password) {
    return "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"%s\",\"auth\":\"%s\"}}}"
        .formatted(registry, user, password, basic(user, password));
  }
}
