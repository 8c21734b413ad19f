package io.dvcr.importer;

import java.security.MessageDigest;
import org.bouncycastle.jcajce.provider.digest.GOST3411;

/**
 * GOST R 34.11-2012. In a class of its own because loading Bouncy Castle, whose jar is signed,
 * takes a third of a second of CPU time, and few imports ask for this sum.
 */
final class Streebog {
  private Streebog() {}

  static MessageDigest ofBits(int bits) {
    return bits == 256 ? new GOST3411.Digest2012_256() : new GOST3411.Digest2012_512();
  }
}
