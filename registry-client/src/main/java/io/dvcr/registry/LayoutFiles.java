package io.dvcr.registry;

import io.dvcr.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of a layout folder. What is being written lies in {@code .uploads}, each file locked by
 * its writer; files there that nobody has locked are left from a kill and are removed.
 */
final class LayoutFiles {
  /** Within this process a file lock excludes nobody. */
  private static final ReentrantLock PROCESS_LOCK = new ReentrantLock();

  private static final String BLOB = "blob-";
  private static final String NEXT = "next-";

  private final Path folder;
  private final Path uploads;

  LayoutFiles(Path folder) {
    this.folder = folder;
    this.uploads = folder.resolve(".uploads");
  }

  Path blob(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** A file that is being written, locked as long as its channel is open. */
  record Upload(Path file, FileChannel channel) {}

  Upload newUpload() throws IOException {
    return locked(() -> {
      removeAbandoned();
      Path file = Files.createTempFile(uploads, BLOB, "");
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.lock();
      assert lock.isValid();
      return new Upload(file, channel);
    });
  }

  private void removeAbandoned() throws IOException {
    // Those are written under the lock that is held now.
    try (DirectoryStream<Path> files = Files.newDirectoryStream(uploads, NEXT + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(uploads, BLOB + "*")) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock()) {
          if (lock != null) {
            Files.deleteIfExists(file);
          }
        } catch (OverlappingFileLockException e) {
          // Being written by this process.
        } catch (NoSuchFileException e) {
          // Its writer has just given it its final name.
        }
      }
    }
  }

  /** Gives a whole file its final name. Its bytes are on the disk before the name is. */
  void commit(Upload upload, Path name) throws IOException {
    upload.channel().force(true);
    Files.createDirectories(name.getParent());
    Files.move(upload.file(), name, StandardCopyOption.ATOMIC_MOVE);
    upload.channel().close();
  }

  /** Replaces a small file as a whole; under {@link #locked}. */
  void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Path next = Files.createTempFile(uploads, NEXT, "");
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens a file; a pipe or device in its place would make readers wait for ever. */
  static InputStream open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new MalformedManifestException(file + " is no regular file");
    }
    return Files.newInputStream(file);
  }

  /** A whole file, which must not be longer than {@code limit} bytes. */
  byte[] read(Path file, int limit) throws IOException {
    try (var in = open(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw new MalformedManifestException(file + " is longer than " + limit + " bytes");
      }
      return content;
    }
  }

  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Works on the folder alone, among all processes. */
  <T> T locked(Work<T> work) throws IOException {
    try {
      PROCESS_LOCK.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    try {
      Files.createDirectories(uploads);
      try (FileChannel channel =
              FileChannel.open(
                  uploads.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        return work.run();
      }
    } finally {
      PROCESS_LOCK.unlock();
    }
  }

  /** A failure of the file system, as the caller should see it. */
  static IOException failure(String action, IOException e) {
    if (e instanceof RegistryException || e instanceof InterruptedIOException) {
      return e;
    }
    if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
      return new InterruptedIOException("interrupted");
    }
    String why = String.valueOf(e.getMessage());
    Kind kind = Kind.REJECTED;
    if (e instanceof AccessDeniedException) {
      why = "no permission for " + why;
      kind = Kind.UNAUTHORIZED;
    } else if (why.contains("No space left") || why.contains("quota")) {
      // Java passes on the system's words only.
      why = "no space left on the disk";
      kind = Kind.FULL;
    } else if (e instanceof FileSystemException && why.contains("Read-only")) {
      why = "the file system is read-only";
    }
    return new RegistryException(kind, action, 0, "", why).because(e, true);
  }
}
