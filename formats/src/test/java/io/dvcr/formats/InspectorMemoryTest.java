package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An inspection stays within {@link Inspector#MEMORY}: hostile images are inspected in a process
 * whose whole heap is that, what the virtual machine itself needs included.
 */
class InspectorMemoryTest {
  @TempDir Path folder;

  /** That of this process, whether our classes are on its module path or on its class path. */
  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    return String.join(File.pathSeparator, modules, System.getProperty("java.class.path"));
  }

  private String inspect(String image) {
    return ExternalTool.run(
            folder,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + Inspector.MEMORY,
            "-XX:+UseSerialGC",
            "-XX:NewSize=2m",
            "-XX:MaxNewSize=2m",
            "-cp",
            classPath(),
            HostileImage.class.getName(),
            image)
        .strip();
  }

  @Test
  void moreL2TablesAheadThanFit_areReadAgain() {
    assertThat(inspect("l2TablesAhead")).matches("qcow2 of 137438953472, read again [1-9]\\d+");
  }

  @Test
  void moreL2TablesBehindThanFit_areReadAgain() {
    assertThat(inspect("l2TablesBehind")).matches("qcow2 of 137438953472, read again [1-9]\\d+");
  }

  @Test
  void asManyLargestClustersAsThereCanBe_areRefusedWithoutMoreMemory() {
    assertThat(inspect("clustersAhead")).startsWith("Q15 ");
  }
}
