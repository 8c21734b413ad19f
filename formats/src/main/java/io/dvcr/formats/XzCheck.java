package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/** The checks of a block's content that are defined (The .xz File Format 1.2.1, 2.1.1.2). */
enum XzCheck {
  NONE(0, 0),
  CRC32(1, 4),
  CRC64(4, 8),
  SHA256(10, 32);

  private final int id;
  private final int length;

  XzCheck(int id, int length) {
    this.id = id;
    this.length = length;
  }

  static Optional<XzCheck> ofId(int id) {
    for (XzCheck check : values()) {
      if (check.id == id) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }

  /** Bytes that it takes in a block. */
  int length() {
    return length;
  }

  Computation start() {
    return switch (this) {
      case NONE -> new None();
      case CRC32 -> new Sum(new CRC32(), length);
      case CRC64 -> new Sum(new Crc64(), length);
      case SHA256 -> new Sha256(newSha256());
    };
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e); // MessageDigest's contract
    }
  }

  /** The check of one block in the making. */
  sealed interface Computation {
    void update(byte[] bytes, int offset, int length);

    /** The check as it is stored. Called once, at the end. */
    byte[] finish();
  }

  private record None() implements Computation {
    @Override
    public void update(byte[] bytes, int offset, int length) {}

    @Override
    public byte[] finish() {
      return new byte[0];
    }
  }

  private record Sum(Checksum sum, int length) implements Computation {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      sum.update(bytes, offset, length);
    }

    @Override
    public byte[] finish() {
      ByteBuffer stored = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      if (length == Long.BYTES) {
        stored.putLong(sum.getValue());
      } else {
        stored.putInt((int) sum.getValue());
      }
      return stored.array();
    }
  }

  private record Sha256(MessageDigest digest) implements Computation {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] finish() {
      return digest.digest();
    }
  }
}
