package io.dvcr.formats;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes images in a folder with the real tools, all of one small disk. */
final class TestDisk {
  /** Bytes of the disk. */
  static final int SIZE = 8 << 20;

  private final Path folder;

  private TestDisk(Path folder) {
    this.folder = folder;
  }

  /** A disk with a GPT, some noise and some text that packs well: {@code d.raw} in the folder. */
  static TestDisk in(Path folder) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(folder.resolve("d.raw").toFile(), "rw")) {
      raw.setLength(SIZE);
      byte[] noise = new byte[200_000];
      new Random(42).nextBytes(noise);
      raw.seek(2 << 20);
      raw.write(noise);
      raw.seek(5 << 20);
      raw.write(
          "what packs well ".repeat(20_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    TestDisk disk = new TestDisk(folder);
    disk.run("sgdisk", "-n", "1:2048:0", "-t", "1:8300", "d.raw");
    return disk;
  }

  /** A folder without the disk. */
  static TestDisk emptyIn(Path folder) {
    return new TestDisk(folder);
  }

  String run(String... command) {
    return ExternalTool.run(folder, command);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(path(name));
  }

  /** Converts the disk to {@code name} with qemu-img's options; its bytes. */
  byte[] convert(String format, String name, String... options) throws IOException {
    String[] command = new String[options.length + 6];
    command[0] = "qemu-img";
    command[1] = "convert";
    command[2] = "-O";
    command[3] = format;
    System.arraycopy(options, 0, command, 4, options.length);
    command[command.length - 2] = "d.raw";
    command[command.length - 1] = name;
    run(command);
    return bytes(name);
  }

  /** What {@code qemu-img info} says: format and virtual size. */
  String qemuInfo(String name) {
    String json = run("qemu-img", "info", "--output=json", name);
    return find(json, "\"format\": \"(\\w+)\"") + " " + find(json, "\"virtual-size\": (\\d+)");
  }

  private static String find(String json, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(json);
    if (!matcher.find()) {
      throw new AssertionError(pattern + " is not in " + json);
    }
    return matcher.group(1);
  }

  /** A copy of {@code image} with a big-endian number of 4 bytes written over it. */
  static byte[] patchInt(byte[] image, int offset, int value) {
    byte[] patched = image.clone();
    ByteBuffer.wrap(patched).putInt(offset, value);
    return patched;
  }

  /** A copy of {@code image} with a big-endian number of 8 bytes written over it. */
  static byte[] patchLong(byte[] image, int offset, long value) {
    byte[] patched = image.clone();
    ByteBuffer.wrap(patched).putLong(offset, value);
    return patched;
  }

  /** A copy of {@code image} with Latin-1 text written over it. */
  static byte[] patchText(byte[] image, int offset, String text) {
    byte[] patched = image.clone();
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, patched, offset, bytes.length);
    return patched;
  }
}
