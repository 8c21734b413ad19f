package io.dvcr.importer.pod;

import io.dvcr.importer.Checkpoint;
import io.dvcr.importer.Checkpoints;
import io.dvcr.registry.SessionLog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a container leaves to the next one of its pod, in a file: which uploads are open, and how
 * far the import had come. No byte of the image, and no secret but the uploads' locations. Safe for
 * several threads. What can't be written is logged once: an import without it is better than none.
 */
final class PodState implements Checkpoints, SessionLog {
  private final Path file;
  private final PodLog log;
  private final String importing;
  private final Set<URI> open = new LinkedHashSet<>();
  private final List<URI> left;
  private @Nullable Checkpoint checkpoint;
  private boolean told;

  /**
   * The file's content.
   *
   * @param importing what from where to where, as it was configured
   * @param open uploads by their first location
   */
  private record Content(String importing, Set<URI> open, @Nullable Checkpoint checkpoint) {}

  private PodState(Path file, PodLog log, String importing, @Nullable Content before) {
    this.file = file;
    this.log = log;
    this.importing = importing;
    this.left = before == null ? List.of() : List.copyOf(before.open());
    this.open.addAll(left);
    this.checkpoint =
        before != null && before.importing().equals(importing) ? before.checkpoint() : null;
  }

  /**
   * What an earlier container left; nothing if there was none, or if the file can't be read.
   *
   * @param importing tells this import from another one
   */
  static PodState at(Path file, String importing, PodLog log) {
    if (!Files.exists(file)) {
      return new PodState(file, log, importing, null);
    }
    try {
      Content before = Json.MAPPER.readValue(Files.readAllBytes(file), Content.class);
      return new PodState(file, log, importing, before);
    } catch (IOException | RuntimeException e) {
      log.warn("what an earlier container left can't be read, so the import begins anew: " + e);
      return new PodState(file, log, importing, null);
    }
  }

  /** Uploads of an earlier container that nothing goes on with. */
  synchronized List<URI> orphans() {
    List<URI> orphans = new ArrayList<>(left);
    if (checkpoint != null) {
      orphans.remove(checkpoint.upload().session());
    }
    return orphans;
  }

  @Override
  public synchronized Optional<Checkpoint> last() {
    return Optional.ofNullable(checkpoint);
  }

  @Override
  public synchronized boolean save(Checkpoint latest) {
    checkpoint = latest;
    return write();
  }

  @Override
  public synchronized void clear() {
    checkpoint = null;
    write();
  }

  @Override
  public synchronized void opened(URI location) {
    open.add(location);
    write();
  }

  @Override
  public synchronized void ended(URI location) {
    open.remove(location);
    write();
  }

  /** At once or not at all: the container may be killed at any moment. */
  private boolean write() {
    try {
      if (open.isEmpty() && checkpoint == null) {
        return Files.deleteIfExists(file);
      }
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(next, Json.MAPPER.writeValueAsBytes(new Content(importing, open, checkpoint)));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      if (!told) {
        log.warn("after a restart the import will begin anew: " + file + " can't be written: " + e);
        told = true;
      }
      return false;
    }
  }
}
