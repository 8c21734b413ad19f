package io.dvcr.formats;

import java.nio.ByteBuffer;

/**
 * The feature bits of a qcow2 image of version 3 (QEMU docs/interop/qcow2.txt, "Header",
 * incompatible_features and autoclear_features; bit 0 is the lowest of a big-endian number).
 * Compatible features, and autoclear ones that are unknown, mean nothing to a reader.
 *
 * @param incompatible the bits that a reader must know
 */
record Qcow2Features(long incompatible) {
  /** Those of version 2. */
  static final Qcow2Features NONE = new Qcow2Features(0);

  private static final int INCOMPATIBLE_FEATURES = 72;
  private static final int AUTOCLEAR_FEATURES = 88;
  private static final int COMPRESSION_TYPE = 104;

  private static final int DIRTY_BIT = 0;
  private static final int CORRUPT_BIT = 1;
  private static final int EXTERNAL_DATA_BIT = 2;
  private static final int COMPRESSION_TYPE_BIT = 3;
  private static final int EXTENDED_L2_BIT = 4;

  /** The incompatible bits that the specification does not define: from 5 on. */
  private static final long UNKNOWN = -1L << 5;

  private static final long RAW_EXTERNAL = 1 << 1;

  /** The features of a header of version 3, unless they lead outside the file (rule Q2). */
  static Qcow2Features read(ByteBuffer header) throws ImageRefusedException {
    Qcow2Features features = new Qcow2Features(header.getLong(INCOMPATIBLE_FEATURES));
    if (features.has(EXTERNAL_DATA_BIT)) {
      throw refused(
          Rule.Q2,
          "the image keeps its data in an external data file (incompatible feature bit 2)");
    }
    if ((header.getLong(AUTOCLEAR_FEATURES) & RAW_EXTERNAL) != 0) {
      throw new ImageRefusedException(
          Rule.Q2,
          "autoclear_features",
          AUTOCLEAR_FEATURES,
          "the image claims a raw external data file (autoclear feature bit 1) and has none");
    }
    return features;
  }

  /**
   * Refuses what breaks rules Q3 to Q5.
   *
   * @param length bytes of the header
   */
  void check(Head head, int length) throws ImageRefusedException {
    if (has(CORRUPT_BIT)) {
      throw refused(Rule.Q4, "the image is marked as corrupt (incompatible feature bit 1)");
    }
    long unknown = incompatible & UNKNOWN;
    if (unknown != 0) {
      String names = FeatureNames.describe(head, length, unknown);
      throw refused(Rule.Q3, "the image needs unknown features: " + names);
    }
    checkCompressionType(head.buffer(), length);
  }

  /** The type and its bit say the same; a header without the field is of type 0. */
  private void checkCompressionType(ByteBuffer header, int length) throws ImageRefusedException {
    boolean there = length > COMPRESSION_TYPE && header.limit() > COMPRESSION_TYPE;
    int type = there ? header.get(COMPRESSION_TYPE) & 0xFF : 0;
    if (type > 1 || usesZstd() != (type == 1)) {
      throw new ImageRefusedException(
          Rule.Q5,
          "compression_type",
          COMPRESSION_TYPE,
          "compression type "
              + type
              + " with incompatible feature bit 3 "
              + (usesZstd() ? "set" : "clear"));
    }
  }

  /** Whether refcounts may be stale; reading needs none. */
  boolean dirty() {
    return has(DIRTY_BIT);
  }

  boolean extendedL2() {
    return has(EXTENDED_L2_BIT);
  }

  /** Whether compressed clusters are zstd frames, else they are raw deflate. */
  boolean usesZstd() {
    return has(COMPRESSION_TYPE_BIT);
  }

  private boolean has(int bit) {
    return ((incompatible >>> bit) & 1) != 0;
  }

  private static ImageRefusedException refused(Rule rule, String message) {
    return new ImageRefusedException(rule, "incompatible_features", INCOMPATIBLE_FEATURES, message);
  }
}
