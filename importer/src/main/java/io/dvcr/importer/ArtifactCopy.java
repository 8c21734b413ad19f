package io.dvcr.importer;

import io.dvcr.contract.Reason;
import io.dvcr.registry.BlobUpload;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Digest;
import io.dvcr.registry.MalformedManifestException;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.Reference;
import io.dvcr.registry.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Copies an artifact as it is, an index with all its manifests: bytes and digests stay the same.
 * What the target has already is not sent; what the registry can mount is mounted. The tag comes
 * last.
 */
public final class ArtifactCopy {
  /** Manifests of one artifact: a platform each, and attestations. */
  private static final int MOST_MANIFESTS = 1000;

  private final Repository source;
  private final Reference from;
  private final Repository target;
  private final Reference to;
  private final ProgressMeter progress;
  private final Map<Digest, Manifest> children = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();

  /**
   * @param source the repository of {@code from}; stays open
   * @param target the repository of {@code to}, which has a tag; stays open
   */
  public ArtifactCopy(
      Repository source, Reference from, Repository target, Reference to, ProgressMeter progress) {
    this.source = source;
    this.from = from;
    this.target = target;
    this.to = to;
    this.progress = progress;
  }

  /**
   * The whole copy.
   *
   * @return the manifest or index that has the tag now
   * @throws ImportException if it can't be copied whole; then there is no tag
   */
  public Descriptor run() throws ImportException {
    try {
      Manifest root = source.manifest(from.tag().orElse("latest"));
      collect(root);
      progress.copying(blobs.values().stream().mapToLong(Descriptor::size).sum());
      for (Descriptor blob : blobs.values()) {
        copy(blob);
      }
      for (Map.Entry<Digest, Manifest> child : children.entrySet()) {
        target.pushManifest(child.getKey().toString(), child.getValue());
      }
      Descriptor pushed = target.pushManifest(to.tag().orElse("latest"), root);
      progress.finished();
      return pushed;
    } catch (IOException e) {
      throw ImportException.of(from.toString(), e);
    }
  }

  /** Children before their parents, as registries want them. */
  private void collect(Manifest manifest) throws IOException, ImportException {
    if (manifest.isSchema1()) {
      throw new ImportException(
          Reason.UNSUPPORTED_FORMAT,
          from
              + " can't be copied: its manifest is of Docker's schema 1, which registries don't"
              + " take any more; push it again with a program that writes schema 2 or OCI");
    }
    if (!manifest.isIndex()) {
      Descriptor config = manifest.config();
      blobs.put(config.digest(), config);
      manifest.layers().forEach(layer -> blobs.put(layer.digest(), layer));
      return;
    }
    for (Descriptor listed : manifest.manifests()) {
      if (children.containsKey(listed.digest())) {
        continue;
      }
      if (children.size() == MOST_MANIFESTS) {
        throw new MalformedManifestException("it lists more than " + MOST_MANIFESTS + " manifests");
      }
      Manifest child = source.manifest(listed.digest().toString());
      if (child.isIndex()) {
        throw new MalformedManifestException("it lists the index " + listed.digest());
      }
      collect(child);
      children.put(listed.digest(), child);
    }
  }

  private void copy(Descriptor blob) throws IOException {
    boolean sameRegistry = from.registry().equals(to.registry());
    if (target.blobSize(blob.digest()).isPresent()
        || (sameRegistry && target.mount(blob.digest(), from.repository()))) {
      progress.skipped(blob.size());
      return;
    }
    ByteObserver receiving = progress.receiving();
    try (BlobUpload upload =
            target.upload((offset, length) -> source.openRange(blob, offset, length));
        InputStream in = source.openBlob(blob)) {
      byte[] buffer = new byte[ByteStream.BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        receiving.observe(buffer, 0, count);
        upload.write(buffer, 0, count);
      }
      upload.commit(blob.mediaType());
    }
  }
}
