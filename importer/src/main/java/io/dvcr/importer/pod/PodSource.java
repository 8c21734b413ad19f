package io.dvcr.importer.pod;

import io.dvcr.registry.Reference;
import java.net.URI;

/** What a pod is told to import. */
sealed interface PodSource {
  /** A file of a web server. */
  record Http(URI uri) implements PodSource {}

  /** The disk in an artifact of any registry. */
  record Registry(Reference image) implements PodSource {}

  /** A whole artifact, out of the registry that is the target, too. */
  record Dvcr(Reference artifact) implements PodSource {}

  /** The volume that is attached as a device. */
  record BlockDevice() implements PodSource {}

  /** The disk file in the volume that is mounted. */
  record FileSystem() implements PodSource {}
}
