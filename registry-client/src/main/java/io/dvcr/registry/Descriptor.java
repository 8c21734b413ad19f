package io.dvcr.registry;

/**
 * What points at a blob or manifest (OCI image spec, descriptor.md).
 *
 * @param mediaType of the content
 * @param digest of the content
 * @param size of the content in bytes
 */
public record Descriptor(String mediaType, Digest digest, long size) {
  /**
   * @throws IllegalArgumentException if the size is negative
   */
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("negative size in a descriptor: " + size);
    }
  }
}
