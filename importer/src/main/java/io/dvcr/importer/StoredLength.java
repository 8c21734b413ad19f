package io.dvcr.importer;

import io.dvcr.formats.Compression;
import io.dvcr.formats.RangeReader;
import io.dvcr.formats.UnpackedLength;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out, before the first byte is stored, how long the file in the layer will be: a tar header
 * says it first. What is found may be wrong, which costs a second reading of the source.
 */
final class StoredLength {
  private static final long GZIP_MODULUS = 1L << 32;

  private final ImageSource source;
  private final StoredForm form;

  StoredLength(ImageSource source, StoredForm form) {
    this.source = source;
    this.form = form;
  }

  /** The length, empty if it has to be measured. */
  OptionalLong find(OptionalLong receivedLength, Compression packing) throws IOException {
    if (packing == Compression.NONE || form == StoredForm.AS_RECEIVED) {
      return receivedLength;
    }
    if (receivedLength.isEmpty() || !source.seekable()) {
      return OptionalLong.empty();
    }
    long packedLength = receivedLength.getAsLong();
    RangeReader packed = new SourceReader(source);
    Optional<UnpackedLength> claim = UnpackedLength.claim(packing, packedLength, packed);
    return claim.isPresent()
        ? OptionalLong.of(guess(claim.get(), packedLength))
        : OptionalLong.empty();
  }

  private static long guess(UnpackedLength claim, long packedLength) {
    if (claim.scope() != UnpackedLength.Scope.LAST_MEMBER_MODULO_4_GIB) {
      return claim.bytes();
    }
    // Packing hardly ever makes a disk longer: the smallest length that fits both.
    long guess = claim.bytes();
    if (guess < packedLength) {
      guess += (packedLength - guess + GZIP_MODULUS - 1) / GZIP_MODULUS * GZIP_MODULUS;
    }
    return guess;
  }
}
