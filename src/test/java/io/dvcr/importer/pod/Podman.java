package io.dvcr.importer.pod;

import io.dvcr.testbed.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * podman with its images and containers in a folder, without a daemon and without the parts of a
 * system that a test's machine may lack (systemd, overlay file systems).
 *
 * @param storage a folder
 */
record Podman(Path storage) {
  /** As the image's file names it. */
  static final String IMAGE = "localhost/dvcr:latest";

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * As the specification of importer pods has it, with the memory that most imports have to do
   * with.
   */
  private static final List<String> POD =
      List.of(
          "--read-only",
          "--read-only-tmpfs=false",
          "--user=64535",
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
          "--memory=256m",
          // An emptyDir.
          "--tmpfs=/tmp:rw,mode=1777",
          "--ulimit=nofile=1024:1024",
          "--ulimit=nproc=1024:1024");

  /** Runs podman. */
  Tools.Result run(Object... arguments) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "--root=" + storage.resolve("root"),
                "--runroot=" + storage.resolve("runroot"),
                "--tmpdir=" + storage.resolve("tmp"),
                "--runtime=runc",
                "--cgroup-manager=cgroupfs",
                "--storage-driver=vfs",
                "--events-backend=none"));
    all.addAll(Arrays.asList(arguments));
    return Tools.runIn(Path.of(""), LIMIT, "podman", all.toArray());
  }

  /** Runs a container of the image to its end, as a pod's, in the network of this process. */
  Tools.Result container(List<String> options, List<String> arguments) {
    List<Object> all = new ArrayList<>(List.of("run", "--rm", "--network=host"));
    all.addAll(POD);
    all.addAll(options);
    all.add(IMAGE);
    all.addAll(arguments);
    return run(all.toArray());
  }
}
