package io.dvcr.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One repository of a registry (OCI distribution spec), or a folder that is an OCI image layout:
 * where blobs and manifests are pulled from and pushed to. Safe for several threads. Everything
 * that fails does so with {@link RegistryException}, which names the action and says whether trying
 * again can help; methods try again by themselves first.
 */
public interface Repository extends Closeable {
  /** For messages and results: {@code docker://host/name} or {@code oci:folder}, without a tag. */
  String name();

  /** Whether Docker media types may be pushed. Readers of image layouts refuse them there. */
  boolean takesDockerMediaTypes();

  /**
   * Begins an upload. With {@code replay} no bytes are held for sending them again; without it a
   * bounded chunk is.
   */
  BlobUpload upload(@Nullable Replay replay) throws IOException;

  /**
   * Goes on with an upload of an earlier process: it takes the bytes behind {@link
   * SavedUpload#written}. What the registry does not have of those before is read from {@code
   * replay}. If it lost the upload, a new one begins and all is.
   *
   * @throws IllegalArgumentException if {@code saved} is not what an upload told
   */
  BlobUpload resume(SavedUpload saved, Replay replay) throws IOException;

  /**
   * Cancels an upload that an earlier process left open, if it is still there.
   *
   * @param session its first location
   * @param location the latest one that is known
   */
  void cancelUpload(URI session, URI location);

  /** Pushes a small blob whole; one that is there already is not sent. */
  Descriptor pushBlob(String mediaType, byte[] content) throws IOException;

  /** The size of a blob that is there. */
  Optional<Long> blobSize(Digest digest) throws IOException;

  /**
   * Takes over a blob from another repository of the same registry (OCI distribution spec,
   * "Mounting a blob from another repository").
   *
   * @return false if the registry would not; nothing is left behind then
   */
  boolean mount(Digest digest, String fromRepository) throws IOException;

  /**
   * The bytes of a blob. A cut is resumed inside; the digest and the size are verified before the
   * end is told. The caller closes it.
   */
  InputStream openBlob(Descriptor blob) throws IOException;

  /**
   * A part of a blob, whose digest can't be verified. A cut is resumed inside. The caller closes
   * it.
   *
   * @param from with {@code length} inside the blob
   */
  InputStream openRange(Descriptor blob, long from, long length) throws IOException;

  /**
   * Deletes a blob where that is allowed, also on an interrupted thread; a refusal is no failure.
   */
  void deleteBlob(Digest digest);

  /**
   * Deletes a blob if it is sure that no image needs it; a registry finds that out by itself, when
   * it collects its garbage. Also on an interrupted thread.
   */
  void discardBlob(Digest digest);

  /**
   * @param reference a tag or a digest
   * @throws RegistryException with {@link RegistryException.Kind#NOT_FOUND} if there is none
   */
  Manifest manifest(String reference) throws IOException;

  /**
   * Puts a manifest: the commit of an image. The blobs that it names must be there.
   *
   * @param reference a tag, or the manifest's digest
   */
  Descriptor pushManifest(String reference, Manifest manifest) throws IOException;

  /** All tags, sorted. */
  List<String> tags() throws IOException;

  @Override
  void close();
}
