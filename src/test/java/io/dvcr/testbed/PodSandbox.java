package io.dvcr.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/**
 * What a node makes for a pod, without containers: a network namespace with loopback alone, and a
 * mount namespace with a root that can't be written, an empty {@code /tmp}, files mounted into it,
 * and a termination message. A process of its own keeps both, as a pause container does; programs
 * are run in it one after the other or at once, and servers can be started in its network.
 *
 * <p>Takes root, or a kernel that lets users make namespaces.
 */
@NullMarked
public final class PodSandbox implements AutoCloseable {
  private static final Duration TO_START = Duration.ofSeconds(20);
  private static final Pattern READY = Pattern.compile("^sandbox (\\d+)$");

  /** A user without a name and without rights, as pods' security contexts have it. */
  private static final String POD_USER = "64535";

  private final Path folder;
  private final RunningProgram pause;
  private final String pid;

  private PodSandbox(Path folder, RunningProgram pause) {
    this.folder = folder;
    this.pause = pause;
    this.pid = pause.awaitLine(READY, TO_START).group(1);
  }

  /**
   * What is in a sandbox beside the system's programs.
   *
   * @param visible folders and files that are there as they are here, read-only: a program's own
   * @param mounts files and folders under other names: by their path in the sandbox
   */
  public record Spec(List<Path> visible, Map<Path, Path> mounts) {
    public Spec {
      visible = List.copyOf(visible);
      mounts = Map.copyOf(mounts);
    }

    /** One in which a program can run whose files these are. */
    public static Spec of(List<Path> visible) {
      return new Spec(visible, Map.of());
    }

    /** The same with a file or folder mounted at {@code path}, as a volume is. */
    public Spec with(Path path, Path content) {
      Map<Path, Path> more = new TreeMap<>(mounts);
      more.put(path, content);
      return new Spec(visible, more);
    }
  }

  /**
   * Makes one and waits until it stands.
   *
   * @param folder an empty one, for its root, its {@code /tmp} and its termination message
   */
  public static PodSandbox start(Path folder, Spec spec) {
    try {
      Files.createDirectories(folder.resolve("root"));
      Files.createDirectories(folder.resolve("tmp"));
      Files.setPosixFilePermissions(
          folder.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
      Path message = Files.createFile(folder.resolve("termination-log"));
      Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
      Path script = Files.writeString(folder.resolve("setup.sh"), script(folder, spec));
      List<String> command = new ArrayList<>();
      command.add(Parts.require("unshare").toString());
      command.addAll(isRoot() ? List.of("-n", "-m") : List.of("-r", "-n", "-m"));
      command.addAll(List.of(Parts.require("sh").toString(), "-e", script.toString()));
      return new PodSandbox(folder, RunningProgram.start(folder, command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRoot() throws IOException {
    return ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid")) == 0;
  }

  /** A root of links into ours: mounts that end with the namespace, and nothing else. */
  private static String script(Path folder, Spec spec) {
    Path root = folder.resolve("root");
    StringBuilder script = new StringBuilder();
    script.append("mount --make-rprivate /\n");
    script.append(Parts.require("ip")).append(" link set lo up\n");
    script.append("mount -t tmpfs -o mode=755 tmpfs ").append(root).append('\n');
    for (String system : List.of("bin", "sbin", "lib", "lib64")) {
      script.append("[ ! -e /%1$s ] || ln -s usr/%1$s %2$s/%1$s\n".formatted(system, root));
    }
    for (String system : List.of("/usr", "/etc", "/proc")) {
      bind(script, root, Path.of(system), Path.of(system), true);
    }
    bind(script, root, Path.of("/tmp"), folder.resolve("tmp"), false);
    for (String device : List.of("null", "zero", "full", "random", "urandom")) {
      Path path = Path.of("/dev", device);
      bind(script, root, path, path, false);
    }
    bind(script, root, Path.of("/dev/termination-log"), folder.resolve("termination-log"), false);
    spec.visible().forEach(path -> bind(script, root, path, path, true));
    spec.mounts().forEach((path, content) -> bind(script, root, path, content, false));
    script.append("mount -o remount,ro,mode=755 ").append(root).append('\n');
    script.append("echo sandbox $$\n");
    script.append("exec ").append(Parts.require("sleep")).append(" infinity\n");
    return script.toString();
  }

  private static void bind(
      StringBuilder script, Path root, Path path, Path content, boolean readOnly) {
    Path at = root.resolve(path.toString().substring(1));
    script.append(
        Files.isDirectory(content)
            ? "mkdir -p %s\n".formatted(at)
            : "mkdir -p %s && : >%s\n".formatted(at.getParent(), at));
    script.append("mount --rbind %s %s\n".formatted(content, at));
    if (readOnly && !path.startsWith("/proc")) {
      script.append("mount -o remount,bind,ro %s\n".formatted(at));
    }
  }

  /** What goes before a command so that it runs in this network, but with our files. */
  public List<String> inNetwork() {
    return List.of(Parts.require("nsenter").toString(), "--net=/proc/" + pid + "/ns/net");
  }

  /** Gives its network another address of its own. */
  public void addAddress(String address) {
    List<Object> arguments = new ArrayList<>(inNetwork().subList(1, inNetwork().size()));
    arguments.addAll(List.of(Parts.require("ip"), "address", "add", address + "/32", "dev", "lo"));
    Tools.run("nsenter", arguments.toArray()).expectSuccess();
  }

  /**
   * Starts a program as the pod's user: no rights, no way to get any, and the environment that is
   * given alone.
   */
  public Running run(List<String> command, Map<String, String> environment) {
    List<String> all = new ArrayList<>(List.of(Parts.require("nsenter").toString()));
    all.addAll(List.of("--target=" + pid, "--net", "--mount"));
    all.addAll(List.of(Parts.require("chroot").toString(), folder.resolve("root").toString()));
    all.addAll(List.of(Parts.require("setpriv").toString(), "--reuid=" + POD_USER));
    all.addAll(List.of("--regid=" + POD_USER, "--clear-groups", "--no-new-privs"));
    all.addAll(List.of("--inh-caps=-all", "--bounding-set=-all"));
    // Whoever started the tests may have had signals ignored, as shells do in the background.
    all.addAll(List.of(Parts.require("env").toString(), "--default-signal=INT,TERM"));
    all.addAll(command);
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      ProcessBuilder builder =
          new ProcessBuilder(all).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new Running(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the last program left for the controller; empty if nothing. */
  public String terminationMessage() throws IOException {
    return Files.readString(folder.resolve("termination-log"));
  }

  /** The folder that programs see as {@code /tmp}. */
  public Path tmp() {
    return folder.resolve("tmp");
  }

  /** Ends whatever is left of it: with its last process a namespace is gone. */
  @Override
  public void close() {
    pause.kill();
  }

  /** A program in a sandbox. */
  public static final class Running implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /** The exit code, when it has ended. */
    public int exitCode() throws InterruptedException {
      return exitCode(LONGEST);
    }

    /**
     * @throws AssertionError if that takes longer than {@code limit}
     */
    public int exitCode(Duration limit) throws InterruptedException {
      if (!process.waitFor(limit)) {
        throw new AssertionError("it did not end within " + limit);
      }
      return process.exitValue();
    }

    public boolean isAlive() {
      return process.isAlive();
    }

    /** Asks it to end (SIGTERM). */
    public void terminate() {
      process.destroy();
    }

    public String out() throws IOException {
      return Files.readString(out);
    }

    public String err() throws IOException {
      return Files.readString(err);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
