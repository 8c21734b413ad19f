package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.formats.Compression;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.formats.ImageRefusedException;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Digest;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.Repository;
import io.dvcr.registry.http.BlockInputStream;
import io.dvcr.registry.http.BoundedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The disk image of an artifact: the first file below {@code disk/} in its layers, first to last
 * (the containerDisk convention). At its end the layer is read to its own end, so that its digest
 * is verified.
 */
public final class RegistrySource implements ImageSource {
  /** Of files that are no disk, for the message. */
  private static final int MOST_NAMES = 5;

  private final Repository repository;
  private final String reference;
  private final DecoderLimits limits;
  private String fileName = "";
  private @Nullable DiskEntry entry;

  /** The layer that holds the disk image, and where in it, if it is not packed. */
  private record DiskEntry(Descriptor layer, long offset, boolean packed) {}

  /**
   * @param repository is closed with this source
   * @param reference a tag or digest
   */
  public RegistrySource(Repository repository, String reference, DecoderLimits limits) {
    this.repository = repository;
    this.reference = reference;
    this.limits = limits;
  }

  @Override
  public String description() {
    return repository.name() + (reference.contains(":") ? "@" : ":") + reference;
  }

  /** The entry's name, known once it was opened. */
  @Override
  public String fileName() {
    return fileName;
  }

  @Override
  public ByteStream open() throws IOException {
    Manifest manifest = imageManifest();
    List<String> seen = new ArrayList<>();
    for (Descriptor layer : layers(manifest)) {
      ByteStream found = openIn(layer, seen);
      if (found != null) {
        return found;
      }
    }
    throw new SourceException(
        Reason.SOURCE_NOT_FOUND,
        description()
            + " holds no file below disk/"
            + (seen.isEmpty() ? ", it is empty" : ", only " + String.join(", ", seen)));
  }

  private Manifest imageManifest() throws IOException {
    Manifest manifest = ArtifactStream.asSource(() -> repository.manifest(reference));
    if (!manifest.isIndex()) {
      return manifest;
    }
    String architecture = goArchitecture();
    Descriptor chosen =
        manifest
            .manifestFor("linux", architecture)
            .orElseThrow(() ->
                new SourceException(
                    Reason.SOURCE_NOT_FOUND,
                    description() + " has no image for linux/" + architecture));
    return ArtifactStream.asSource(() -> repository.manifest(chosen.digest().toString()));
  }

  /** The name that Go, and so the image spec, has for this processor. */
  private static String goArchitecture() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "x86_64", "amd64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }

  /** First to last; schema 1 does not tell how long they are, so the registry is asked. */
  private List<Descriptor> layers(Manifest manifest) throws IOException {
    if (!manifest.isSchema1()) {
      return manifest.layers();
    }
    List<Descriptor> layers = new ArrayList<>();
    for (Digest layer : manifest.schema1Layers()) {
      layers.add(new Descriptor(MediaTypes.DOCKER_SCHEMA1_LAYER, layer, lengthOf(layer)));
    }
    return layers;
  }

  private long lengthOf(Digest layer) throws IOException {
    return ArtifactStream.asSource(() -> repository.blobSize(layer))
        .orElseThrow(() ->
            new SourceException(
                Reason.SOURCE_NOT_FOUND,
                "%s can't be read: its layer %s is not there, or its registry hides how long it is"
                    .formatted(description(), layer)));
  }

  private @Nullable ByteStream openIn(Descriptor layer, List<String> seen) throws IOException {
    InputStream open = ArtifactStream.of(() -> repository.openBlob(layer));
    try {
      PeekedInputStream peeked = PeekedInputStream.of(open, Compression.HEAD_LENGTH);
      byte[] head = peeked.head();
      Compression compression = Compression.detect(head, head.length);
      InputStream layerBytes = compression.decode(peeked, limits);
      open = layerBytes;
      BoundedTar tar = new BoundedTar(layerBytes);
      TarArchiveEntry disk = findDisk(tar, layer, seen);
      if (disk == null) {
        open.close();
        return null;
      }
      String name = disk.getName();
      fileName = name.substring(name.lastIndexOf('/') + 1);
      entry = new DiskEntry(layer, tar.getBytesRead(), compression != Compression.NONE);
      return new ByteStream(
          new WholeLayerStream(tar, layerBytes, layer), OptionalLong.of(disk.getSize()));
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private @Nullable TarArchiveEntry findDisk(BoundedTar tar, Descriptor layer, List<String> seen)
      throws IOException {
    try {
      for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
        if (isDisk(next)) {
          requireNoLink(next);
          return next;
        }
        if (seen.size() < MOST_NAMES) {
          seen.add(next.getName());
        }
        tar.transferTo(OutputStream.nullOutputStream());
      }
      return null;
    } catch (IOException | IllegalArgumentException e) {
      throw notAnArchive(layer, e);
    }
  }

  private void requireNoLink(TarArchiveEntry disk) throws SourceException {
    if (disk.isSymbolicLink() || disk.isLink()) {
      throw new SourceException(
          Reason.SOURCE_NOT_FOUND,
          "%s can't be read: its %s is a link, which is not followed"
              .formatted(description(), disk.getName()));
    }
  }

  /** What only the archive reader can have thrown, of damage; all else as it is. */
  private IOException notAnArchive(Descriptor layer, Exception e) {
    return switch (e) {
      case SourceException told -> told;
      case ImageRefusedException refused -> refused;
      case InterruptedIOException interrupted -> interrupted;
      default ->
          new SourceException(
              Reason.SOURCE_NOT_FOUND,
              "%s can't be read: its layer %s is no tar archive or is damaged"
                  .formatted(description(), layer.digest()));
    };
  }

  private static boolean isDisk(TarArchiveEntry entry) {
    String name = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
    String base = name.substring(name.lastIndexOf('/') + 1);
    return entry.isFile() && name.startsWith("disk") && !base.startsWith(".wh.");
  }

  @Override
  public boolean repeatable() {
    return entry != null;
  }

  @Override
  public boolean seekable() {
    DiskEntry disk = entry;
    return disk != null && !disk.packed();
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    DiskEntry disk = entry;
    if (disk == null) {
      throw new IllegalStateException("a part of a source that was not opened");
    }
    if (disk.packed()) {
      ByteStream again = open();
      again.in().skipNBytes(from);
      return new BoundedInputStream(again.in(), length);
    }
    long offset = Math.addExact(disk.offset(), from);
    return ArtifactStream.of(() -> repository.openRange(disk.layer(), offset, length));
  }

  @Override
  public void close() {
    repository.close();
  }

  /** The entry's bytes, and the rest of the layer before their end is told. */
  private final class WholeLayerStream extends BlockInputStream {
    private final TarArchiveInputStream tar;
    private final InputStream rest;
    private final Descriptor layer;

    WholeLayerStream(TarArchiveInputStream tar, InputStream rest, Descriptor layer) {
      this.tar = tar;
      this.rest = rest;
      this.layer = layer;
    }

    @Override
    protected int readBlock(byte[] bytes, int offset, int length) throws IOException {
      try {
        int count = tar.read(bytes, offset, length);
        if (count < 0) {
          rest.transferTo(OutputStream.nullOutputStream());
        }
        return count;
      } catch (IOException e) {
        throw notAnArchive(layer, e);
      }
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }
}
