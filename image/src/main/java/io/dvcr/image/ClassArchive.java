package io.dvcr.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The archive of classes that every start maps into memory (JEP 310, with the links of JEP 483). It
 * is made at another path than it is used at: Java compares paths without what they have in common,
 * and sizes and times of the jars.
 *
 * <p>Two of them are the same, byte by byte. Which classes are in it is a list in the repository,
 * for what a rehearsal loads depends on the machine and on who is faster. Nothing is compiled
 * meanwhile, and the folder has always the same name. What still differs is when soft references
 * were last used, in milliseconds of the machine's clock, and the checksums of that: they are zero
 * here.
 */
final class ClassArchive {
  private static final String REHEARSAL = "io.dvcr.cli.Rehearsal";

  /** The current folder by a name that is the same everywhere (proc(5)). */
  private static final String HERE = "/proc/self/cwd/";

  /** So many find nearly all that is loaded by chance. */
  private static final int REHEARSALS = 5;

  /**
   * Checksums, of 4 bytes each, are in front of this place and nothing else that differs (JDK 25,
   * {@code cds.h}: {@code CDSFileMapHeaderBase}). They are read with {@code
   * -XX:+VerifySharedSpaces} alone.
   */
  private static final int CHECKSUMS_END = 1024;

  private final Path java;
  private final Programs programs;
  private final Settings settings;

  ClassArchive(Path java, Programs programs, Settings settings) {
    this.java = java;
    this.programs = programs;
    this.settings = settings;
  }

  /** Makes it; the programs start without one, too, but slower. */
  void make() throws IOException, InterruptedException {
    long before = milliseconds();
    byte[] one = dump();
    byte[] other = dump();
    byte[] timeless = withoutTimes(one, other, before, milliseconds());
    Files.write(programs.archive(), timeless);
    Files.setLastModifiedTime(programs.archive(), FileTime.from(settings.time()));
    // By another path than it was made at; fails where Java would go on without it.
    java(
        "-Xshare:on",
        "-XX:SharedArchiveFile=" + programs.archive(),
        "-jar",
        programs.jar().toString(),
        "version");
  }

  /**
   * Writes the list of classes anew: what rehearsals of pods load. Not those of the command line,
   * for all that is in the archive is loaded at every start.
   */
  void rehearse() throws IOException, InterruptedException {
    ClassList list = new ClassList();
    Path one = settings.target().resolve("rehearsal.list");
    for (int i = 0; i < REHEARSALS; i++) {
      java(
          "-Xshare:off",
          "-XX:DumpLoadedClassList=" + one,
          "-cp",
          HERE + "dvcr.jar",
          REHEARSAL,
          settings.project().resolve("examples/hello.raw.xz").toString(),
          "importer");
      list.add(one);
    }
    list.write(settings.classes());
  }

  private byte[] dump() throws IOException, InterruptedException {
    Path archive = settings.target().resolve("dump.jsa");
    java(
        "-Xint",
        "-Xshare:dump",
        "-XX:+AOTClassLinking",
        "-XX:SharedClassListFile=" + settings.classes(),
        "-XX:SharedArchiveFile=" + archive,
        "-cp",
        HERE + "dvcr.jar");
    byte[] bytes = Files.readAllBytes(archive);
    Files.delete(archive);
    return bytes;
  }

  private void java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("@" + programs.javaOptions());
    command.add("@" + programs.imageOptions());
    // The same in every build, whatever memory the machine has.
    command.addAll(List.of("-Xmx256m", "-Xms256m", "-DZstdNativePath=" + programs.zstd()));
    command.addAll(Arrays.asList(arguments));
    Commands.run(programs.folder(), Map.of(), command);
  }

  /** What {@link System#nanoTime()} is in Java's own code. */
  private static long milliseconds() {
    return System.nanoTime() / 1_000_000;
  }

  private static byte[] withoutTimes(byte[] one, byte[] other, long after, long before)
      throws IOException {
    if (one.length != other.length) {
      throw new IOException("two archives of the same classes differ in length");
    }
    ByteBuffer longs = ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer others = ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = Arrays.mismatch(one, other);
        at >= 0 && at < CHECKSUMS_END;
        at = Arrays.mismatch(one, other)) {
      int word = at & -Integer.BYTES;
      longs.putInt(word, 0);
      others.putInt(word, 0);
    }
    for (int at = Arrays.mismatch(one, other); at >= 0; at = Arrays.mismatch(one, other)) {
      int word = at & -Long.BYTES;
      if (!isTime(longs.getLong(word), after, before)
          || !isTime(others.getLong(word), after, before)) {
        throw new IOException("two archives of the same classes differ at byte " + at);
      }
      longs.putLong(word, 0);
      others.putLong(word, 0);
    }
    return one;
  }

  private static boolean isTime(long milliseconds, long after, long before) {
    return milliseconds >= after && milliseconds <= before;
  }
}
