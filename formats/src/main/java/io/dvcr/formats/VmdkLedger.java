package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Tells, in a few bytes of memory, whether the tables of a VMDK name exactly the records that the
 * file has: each record adds a hash of its place and its address, each table entry takes one away.
 * The hash has a random key, so nobody can make entries and records that differ and yet cancel out,
 * except by chance: one in 2^64.
 */
final class VmdkLedger {
  /** What lies at a place. */
  enum Kind {
    GRAIN('g'),
    TABLE('t');

    private final byte tag;

    Kind(char tag) {
      this.tag = (byte) tag;
    }
  }

  private static final int KEY = 32;

  private final MessageDigest digest;
  private final ByteBuffer input = ByteBuffer.allocate(KEY + 1 + 2 * Long.BYTES);
  private long balance;

  VmdkLedger() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    byte[] key = new byte[KEY];
    new SecureRandom().nextBytes(key);
    input.put(key);
  }

  /**
   * The file has a record.
   *
   * @param sector where it lies in the file
   * @param lba the sector of the guest where what it holds begins
   */
  void recorded(Kind kind, long sector, long lba) {
    balance += hash(kind, sector, lba);
  }

  /** A table or the directory names a record. */
  void named(Kind kind, long sector, long lba) {
    balance -= hash(kind, sector, lba);
  }

  /** Whether all records are named, each once, and nothing else is. */
  boolean isBalanced() {
    return balance == 0;
  }

  private long hash(Kind kind, long sector, long lba) {
    input.put(KEY, kind.tag).putLong(KEY + 1, sector).putLong(KEY + 9, lba);
    return ByteBuffer.wrap(digest.digest(input.array())).getLong();
  }
}
