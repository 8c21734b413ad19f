package io.dvcr.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a source is. Sizes are in bytes.
 *
 * @param source as it was given, without secrets
 * @param format disk format, as {@code qemu-img info} names it, or iso
 * @param virtualSize bytes the guest sees
 * @param storedSize bytes of the unpacked disk image
 * @param sourceSize bytes that were read
 * @param compression {@code gzip}, {@code xz}, {@code zstd}, or null if it is not packed
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record InspectReport(
    String source,
    String format,
    long virtualSize,
    long storedSize,
    long sourceSize,
    @Nullable String compression) {}
