package io.dvcr.testbed;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a {@link MemoryRegistry} differs from a plain one.
 *
 * @param location how {@code Location} is written
 * @param chunkMinLength {@code OCI-Chunk-Min-Length}; a chunk after a shorter one is refused then
 * @param maxChunkBytes a longer {@code PATCH} or {@code PUT} is answered with 413 at once
 * @param losesCutSessions whether a session is gone when a chunk was cut, as in distribution 2.8
 * @param mounts whether blobs are mounted from other repositories
 * @param deletes whether anything may be deleted; 405 if not
 * @param tagsPage how many tags a page of the list has at most
 * @param warning the {@code Warning} header of every answer (OCI distribution spec, "Warnings");
 *     empty for none
 */
public record MemoryRegistryOptions(
    Location location,
    OptionalLong chunkMinLength,
    long maxChunkBytes,
    boolean losesCutSessions,
    boolean mounts,
    boolean deletes,
    OptionalInt tagsPage,
    String warning) {
  /** Forms of a URI reference (RFC 3986, section 4). */
  public enum Location {
    /** With scheme and host. */
    ABSOLUTE,
    /** Only the path, from its root, and the query. */
    PATH,
    /** Relative to the request: after the first answer only a query. */
    RELATIVE
  }

  /** A plain registry. */
  public static MemoryRegistryOptions plain() {
    return new MemoryRegistryOptions(
        Location.ABSOLUTE,
        OptionalLong.empty(),
        Long.MAX_VALUE,
        false,
        true,
        true,
        OptionalInt.empty(),
        "");
  }

  public MemoryRegistryOptions with(Location form) {
    return new MemoryRegistryOptions(
        form, chunkMinLength, maxChunkBytes, losesCutSessions, mounts, deletes, tagsPage, warning);
  }

  public MemoryRegistryOptions withChunkMinLength(long bytes) {
    return new MemoryRegistryOptions(
        location,
        OptionalLong.of(bytes),
        maxChunkBytes,
        losesCutSessions,
        mounts,
        deletes,
        tagsPage,
        warning);
  }

  public MemoryRegistryOptions withMaxChunkBytes(long bytes) {
    return new MemoryRegistryOptions(
        location, chunkMinLength, bytes, losesCutSessions, mounts, deletes, tagsPage, warning);
  }

  public MemoryRegistryOptions losingCutSessions() {
    return new MemoryRegistryOptions(
        location, chunkMinLength, maxChunkBytes, true, mounts, deletes, tagsPage, warning);
  }

  public MemoryRegistryOptions withoutMounts() {
    return new MemoryRegistryOptions(
        location,
        chunkMinLength,
        maxChunkBytes,
        losesCutSessions,
        false,
        deletes,
        tagsPage,
        warning);
  }

  public MemoryRegistryOptions withoutDeletes() {
    return new MemoryRegistryOptions(
        location,
        chunkMinLength,
        maxChunkBytes,
        losesCutSessions,
        mounts,
        false,
        tagsPage,
        warning);
  }

  public MemoryRegistryOptions withTagsPage(int tags) {
    return new MemoryRegistryOptions(
        location,
        chunkMinLength,
        maxChunkBytes,
        losesCutSessions,
        mounts,
        deletes,
        OptionalInt.of(tags),
        warning);
  }

  public MemoryRegistryOptions withWarning(String text) {
    return new MemoryRegistryOptions(
        location, chunkMinLength, maxChunkBytes, losesCutSessions, mounts, deletes, tagsPage, text);
  }
}
