package io.dvcr.importer.pod;

import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Descriptor;
import io.dvcr.registry.Manifest;
import io.dvcr.registry.MediaTypes;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.http.EventLoops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.NullMarked;

/** An image as other tools make it, for a pod to take its disk from. */
@NullMarked
final class SourceImage {
  static final String NAME = "images/source";
  static final String TAG = "v1";

  private final String registry;
  private final String manifestType;
  private final List<byte[]> layers = new ArrayList<>();

  private SourceImage(String registry, String manifestType) {
    this.registry = registry;
    this.manifestType = manifestType;
  }

  /** One in a registry without passwords. */
  static SourceImage in(String registry) {
    return new SourceImage(registry, MediaTypes.OCI_MANIFEST);
  }

  SourceImage ofType(String mediaType) {
    return new SourceImage(registry, mediaType);
  }

  /** The next layer; what it is packed with shows in its bytes alone. */
  SourceImage layer(byte[] bytes) {
    layers.add(bytes);
    return this;
  }

  String reference() {
    return "docker://" + registry + "/" + NAME + ":" + TAG;
  }

  /** Publishes it under {@link #TAG}. */
  Descriptor push() throws IOException {
    try (EventLoops loops = new EventLoops();
        RemoteRepository repository =
            PodRun.repository(loops, registry, NAME, CredentialStore.NONE)) {
      return repository.pushManifest(TAG, manifest(repository));
    }
  }

  /** Publishes an index under {@link #TAG}: an image of this platform behind one of another. */
  void pushAsIndex(SourceImage other, String architecture) throws IOException {
    try (EventLoops loops = new EventLoops();
        RemoteRepository repository =
            PodRun.repository(loops, registry, NAME, CredentialStore.NONE)) {
      String index =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s,%s]}"
              .formatted(
                  MediaTypes.OCI_INDEX,
                  listed(other.byDigest(repository), "s390x"),
                  listed(byDigest(repository), architecture));
      repository.pushManifest(TAG, Manifest.parse(MediaTypes.OCI_INDEX, bytes(index)));
    }
  }

  private Descriptor byDigest(RemoteRepository repository) throws IOException {
    Manifest manifest = manifest(repository);
    return repository.pushManifest(manifest.descriptor().digest().toString(), manifest);
  }

  private Manifest manifest(RemoteRepository repository) throws IOException {
    List<Descriptor> pushed = new ArrayList<>();
    for (byte[] layer : layers) {
      pushed.add(repository.pushBlob(MediaTypes.OCI_LAYER, layer));
    }
    String text =
        manifestType.equals(MediaTypes.DOCKER_SCHEMA1)
            ? schema1(pushed.reversed())
            : manifest(repository.pushBlob(MediaTypes.OCI_CONFIG, bytes(config())), pushed);
    return Manifest.parse(manifestType, bytes(text));
  }

  private String manifest(Descriptor config, List<Descriptor> pushed) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(manifestType, json(config), joined(pushed, SourceImage::json));
  }

  /** As a builder writes it: a step for each layer, and one that changes no file. */
  private String config() {
    return "{\"history\":[%s,{\"empty_layer\":true}]}".formatted(joined(layers, layer -> "{}"));
  }

  private static String schema1(List<Descriptor> topmostFirst) {
    return "{\"schemaVersion\":1,\"name\":\"%s\",\"tag\":\"%s\",\"fsLayers\":[%s],\"history\":[%s]}"
        .formatted(
            NAME,
            TAG,
            joined(topmostFirst, layer -> "{\"blobSum\":\"" + layer.digest() + "\"}"),
            joined(topmostFirst, layer -> "{\"v1Compatibility\":\"{}\"}"));
  }

  private static <T> String joined(List<T> all, Function<T, String> one) {
    return all.stream().map(one).collect(Collectors.joining(","));
  }

  private static String listed(Descriptor manifest, String architecture) {
    return json(manifest)
        .replaceFirst(
            "}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
  }

  private static String json(Descriptor descriptor) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A tar archive, entry by entry. */
  static final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

    Tar folder(String name) throws IOException {
      tar.putArchiveEntry(new TarArchiveEntry(name + "/"));
      tar.closeArchiveEntry();
      return this;
    }

    Tar file(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    Tar link(String name, String target) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      entry.setLinkName(target);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return this;
    }

    byte[] bytes() throws IOException {
      tar.close();
      return bytes.toByteArray();
    }
  }
}
