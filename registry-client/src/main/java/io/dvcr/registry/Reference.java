package io.dvcr.registry;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;

/**
 * Where an image is in a registry: {@code host[:port]/repository[:tag|@digest]}, with Docker's
 * defaults for what is left out.
 *
 * @param registry host and port
 * @param repository the name below it
 * @param tag a tag or a digest; empty if none was written
 */
public record Reference(String registry, String repository, Optional<String> tag) {
  /**
   * @throws IllegalArgumentException if it is no reference, or has both a tag and a digest
   */
  public static Reference parse(String text) {
    try {
      ImageReference parsed = ImageReference.parse(text);
      if (parsed.getDigest().isPresent() && parsed.getTag().isPresent()) {
        throw new IllegalArgumentException("it has a tag and a digest; leave one out");
      }
      Optional<String> tag = parsed.getDigest().or(parsed::getTag);
      boolean written = text.endsWith("@" + tag.orElse("")) || text.endsWith(":" + tag.orElse(""));
      return new Reference(
          parsed.getRegistry(), parsed.getRepository(), written ? tag : Optional.empty());
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(
          "\"%s\" is not of the form host/repository[:tag], the repository in lower case"
              .formatted(text),
          e);
    }
  }

  /** Whether what stands for a tag is a digest. */
  public static boolean isDigest(String tag) {
    return tag.contains(":"); // no tag has one (OCI distribution spec, "Pulling manifests")
  }

  @Override
  public String toString() {
    String name = registry + "/" + repository;
    return tag.map(t -> name + (t.contains(":") ? "@" : ":") + t).orElse(name);
  }
}
