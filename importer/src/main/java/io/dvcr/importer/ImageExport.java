package io.dvcr.importer;

import io.dvcr.contract.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes the disk image of an artifact out again, its digest verified. */
public final class ImageExport {
  private ImageExport() {}

  /**
   * Into a file, which gets its name when it is whole; an existing one is replaced.
   *
   * @return bytes written
   */
  public static long toFile(ImageSource artifact, Path file) throws ImportException {
    Path folder = file.toAbsolutePath().getParent();
    // A name of its own: somebody else may be exporting into the same file.
    String name = ".dvcr-%s.part".formatted(UUID.randomUUID());
    Path part = folder == null ? Path.of(name) : folder.resolve(name);
    try {
      long bytes;
      try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.CREATE_NEW)) {
        bytes = toStream(artifact, out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return bytes;
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      delete(part);
    }
  }

  /**
   * Into a stream, which stays open.
   *
   * @return bytes written
   */
  public static long toStream(ImageSource artifact, OutputStream out) throws ImportException {
    try (ByteStream image = artifact.open()) {
      byte[] buffer = new byte[ByteStream.BUFFER];
      InputStream in = image.in();
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        write(out, buffer, count);
        total += count;
      }
      flush(out);
      return total;
    } catch (IOException e) {
      throw ImportException.of(artifact.description(), e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int count) throws IOException {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  private static void flush(OutputStream out) throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // A leftover under a name that nobody takes for the image.
    }
  }

  private static ImportException unwritable(Path file, IOException e) {
    return new ImportException(
        Reason.OUTPUT_UNWRITABLE,
        "can't write " + file + ": " + OutputException.why(e) + "; name another file or folder");
  }
}
