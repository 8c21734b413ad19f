package io.dvcr.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unpacks files in a process of its own, and prints for each its length or what refused it. */
final class DecodeInLittleMemory {
  private DecodeInLittleMemory() {}

  public static void main(String[] files) throws IOException {
    PrintStream out = System.out;
    for (String file : files) {
      out.println(unpack(Path.of(file)));
    }
  }

  private static String unpack(Path file) throws IOException {
    byte[] buffer = new byte[64 << 10];
    byte[] head = new byte[Compression.HEAD_LENGTH];
    try (InputStream in = Files.newInputStream(file)) {
      Compression compression = Compression.detect(head, in.readNBytes(head, 0, head.length));
      return unpack(compression, file, buffer);
    } catch (ImageRefusedException e) {
      return e.rule().name();
    }
  }

  private static String unpack(Compression compression, Path file, byte[] buffer)
      throws IOException {
    long length = 0;
    try (InputStream in = compression.decode(Files.newInputStream(file), DecoderLimits.DEFAULT)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        length += count;
      }
    }
    return Long.toString(length);
  }
}
