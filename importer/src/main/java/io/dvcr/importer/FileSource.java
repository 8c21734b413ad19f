package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.http.BoundedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** A file or a block device of this machine. */
public final class FileSource implements ImageSource {
  /** Bits of st_mode (inode(7)). */
  private static final int FILE_TYPE = 0170000;

  private static final int BLOCK_DEVICE = 0060000;

  private final Path path;
  private final String name;
  private final boolean blockDevice;

  /** The file or device at {@code path}; it is opened when it is read. */
  public FileSource(Path path) {
    this(path, path.getFileName() == null ? "" : path.getFileName().toString(), isDevice(path));
  }

  private FileSource(Path path, String name, boolean blockDevice) {
    this.path = path;
    this.name = name;
    this.blockDevice = blockDevice;
  }

  /** A guest's disk, whatever it looks like, under another name. */
  public static FileSource device(Path path, String name) {
    return new FileSource(path, name, true);
  }

  /** A file under another name. */
  public static FileSource file(Path path, String name) {
    return new FileSource(path, name, false);
  }

  /** By its mode: opening a pipe to find out would take it from its writer. */
  private static boolean isDevice(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      return (mode & FILE_TYPE) == BLOCK_DEVICE;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public String description() {
    return path.toString();
  }

  @Override
  public String fileName() {
    return name;
  }

  @Override
  public boolean blockDevice() {
    return blockDevice;
  }

  @Override
  public ByteStream open() throws IOException {
    try {
      if (Files.isDirectory(path)) {
        throw new SourceException(
            Reason.SOURCE_NOT_FOUND, path + " is a folder; for an image layout write oci:" + path);
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      boolean sized = blockDevice || Files.isRegularFile(path);
      OptionalLong size = sized ? OptionalLong.of(channel.size()) : OptionalLong.empty();
      return new ByteStream(Channels.newInputStream(channel), size);
    } catch (FileSystemException e) {
      throw failure(e);
    }
  }

  @Override
  public boolean repeatable() {
    return blockDevice || Files.isRegularFile(path);
  }

  /** A device is attached for one import; a file has a date, too. */
  @Override
  public Optional<String> identity() {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      String date = blockDevice ? "device" : Files.getLastModifiedTime(path).toString();
      return repeatable() ? Optional.of(date + " " + channel.size()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new BoundedInputStream(Channels.newInputStream(channel.position(from)), length);
    } catch (FileSystemException e) {
      throw failure(e);
    }
  }

  private SourceException failure(FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return new SourceException(Reason.SOURCE_NOT_FOUND, path + " does not exist");
    }
    if (e instanceof AccessDeniedException) {
      return new SourceException(
          Reason.SOURCE_UNAUTHORIZED, "there is no permission to read " + path);
    }
    return new SourceException(
        Reason.SOURCE_UNAVAILABLE, path + " can't be read: " + e.getReason());
  }
}
