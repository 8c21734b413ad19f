package io.dvcr.importer;

import io.dvcr.testbed.Seed;
import io.dvcr.testbed.Tools;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/** Disk images made by the real tools, in a folder of the test. */
@NullMarked
final class TestImages {
  private final Path folder;
  private final Seed seed;

  TestImages(Path folder, Seed seed) {
    this.folder = folder;
    this.seed = seed;
  }

  /** A raw disk, mostly zeros, not a whole number of blocks long. */
  byte[] sparseRaw(int length) {
    byte[] disk = new byte[length + 123];
    for (int i = 0; i < 8; i++) {
      byte[] written = seed.bytes(10_000);
      System.arraycopy(
          written, 0, disk, seed.random().nextInt(disk.length - written.length), written.length);
    }
    return disk;
  }

  /** A raw disk that can't be compressed. */
  byte[] denseRaw(int length) {
    return dense(seed, length);
  }

  /** The same, without a folder. */
  static byte[] dense(Seed seed, int length) {
    byte[] disk = seed.bytes(length);
    disk[0] = 0; // no magic by chance
    return disk;
  }

  /** A disk in another format, by qemu-img; arguments such as {@code -o subformat=…} go first. */
  byte[] converted(byte[] raw, String format, Object... options) throws IOException {
    Path from = Files.write(folder.resolve("source.raw"), raw);
    Path to = folder.resolve("disk." + format);
    Object[] arguments = new Object[options.length + 7];
    arguments[0] = "convert";
    arguments[1] = "-f";
    arguments[2] = "raw";
    arguments[3] = "-O";
    arguments[4] = format;
    System.arraycopy(options, 0, arguments, 5, options.length);
    arguments[arguments.length - 2] = from;
    arguments[arguments.length - 1] = to;
    Tools.run("qemu-img", arguments).expectSuccess();
    return read(to);
  }

  byte[] qcow2(int rawLength) throws IOException {
    return converted(denseRaw(rawLength), "qcow2");
  }

  /**
   * One whose tables lie behind what they point at, as after a resize, and whose last entry points
   * outside the file: that shows only when it is read again.
   */
  byte[] qcow2WrongInItsLastTable() throws IOException {
    Path file = folder.resolve("disk.resized");
    Files.write(file, converted(denseRaw(1 << 20), "qcow2", "-o", "cluster_size=512"));
    Tools.run("qemu-img", "resize", "-q", file, "4G").expectSuccess();
    ByteBuffer image = ByteBuffer.wrap(read(file));
    int activeTable = Math.toIntExact(image.getLong(40)); // qcow2.rst, "l1_table_offset"
    int firstOfLevel2 = Math.toIntExact(image.getLong(activeTable) & 0x00FF_FFFF_FFFF_FE00L);
    image.putLong(firstOfLevel2, 1L << 63 | 1L << 50);
    return image.array();
  }

  /** An ISO 9660 file system with one large file. */
  byte[] iso() throws IOException {
    Path content = Files.createDirectories(folder.resolve("content"));
    Files.write(content.resolve("file"), seed.bytes(1 << 20));
    Path iso = folder.resolve("disk.iso");
    Tools.run("xorriso", "-as", "mkisofs", "-quiet", "-o", iso, content).expectSuccess();
    return read(iso);
  }

  /** A file system of a guest, by mkfs; sparse. */
  byte[] ext4(int length) throws IOException {
    Path file = folder.resolve("disk.ext4");
    try (var disk = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      disk.setLength(length);
    }
    Tools.run("mkfs.ext4", "-q", "-F", file).expectSuccess();
    return read(file);
  }

  /** The same with the files of a folder in it. */
  byte[] ext4(int length, Path content) throws IOException {
    Path file = Files.write(folder.resolve("disk.ext4"), ext4(length));
    Tools.run("mkfs.ext4", "-q", "-F", "-d", content, file).expectSuccess();
    return read(file);
  }

  /** Packed by a program that reads a file and replaces it. */
  byte[] packed(byte[] content, String program, Object... options) throws IOException {
    Path file = Files.write(folder.resolve("packed"), content);
    String suffix =
        switch (program) {
          case "gzip" -> ".gz";
          case "xz" -> ".xz";
          default -> ".zst";
        };
    Object[] arguments = new Object[options.length + 3];
    arguments[0] = "-q";
    arguments[1] = "-f";
    System.arraycopy(options, 0, arguments, 2, options.length);
    arguments[arguments.length - 1] = file;
    Tools.run(program, arguments).expectSuccess();
    return read(Path.of(file + suffix));
  }

  private static byte[] read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    return content;
  }
}
