package io.dvcr.importer.pod;

import io.dvcr.registry.Reference;
import io.dvcr.registry.http.Uris;
import java.net.URI;

/** What a pod is told to import. */
sealed interface PodSource {
  /** A file of a web server. */
  record Http(URI uri) implements PodSource {
    @Override
    public String toString() {
      return Uris.redacted(uri);
    }
  }

  /** The disk in an artifact of any registry. */
  record Registry(Reference image) implements PodSource {
    @Override
    public String toString() {
      return "docker://" + image;
    }
  }

  /** A whole artifact, out of the registry that is the target, too. */
  record Dvcr(Reference artifact) implements PodSource {
    @Override
    public String toString() {
      return "a copy of " + artifact;
    }
  }

  /** The volume that is attached as a device. */
  record BlockDevice() implements PodSource {
    @Override
    public String toString() {
      return "the attached volume";
    }
  }

  /** The disk file in the volume that is mounted. */
  record FileSystem() implements PodSource {
    @Override
    public String toString() {
      return "the disk of the mounted volume";
    }
  }
}
