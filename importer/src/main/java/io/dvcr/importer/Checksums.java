package io.dvcr.importer;

import io.dvcr.registry.DigestState;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The checksums that a user expects of the bytes received. All are computed in one pass and
 * compared at its end, in alphabetical order.
 */
public final class Checksums {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

  private final Map<String, String> expected;

  private Checksums(Map<String, String> expected) {
    this.expected = expected;
  }

  /** Nothing is expected. */
  public static Checksums none() {
    return new Checksums(Map.of());
  }

  /**
   * What is expected.
   *
   * @param pairs each {@code algorithm:hex}, the digits in any case
   * @throws IllegalArgumentException if one is not of that form; the message says which
   */
  public static Checksums parse(Iterable<String> pairs) {
    Map<String, String> expected = new TreeMap<>();
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException(
            "malformed checksum \"" + pair + "\", expected the algorithm:sum format");
      }
      String algorithm = pair.substring(0, colon);
      String sum = pair.substring(colon + 1).toLowerCase(Locale.ROOT);
      int digits = digest(algorithm).getDigestLength() * 2;
      if (sum.length() != digits || !HEX.matcher(sum).matches()) {
        throw new IllegalArgumentException(
            "malformed checksum \"%s\", %s has %d hex digits".formatted(pair, algorithm, digits));
      }
      String before = expected.put(algorithm, sum);
      if (before != null && !before.equals(sum)) {
        throw new IllegalArgumentException("two different " + algorithm + " checksums");
      }
    }
    return new Checksums(expected);
  }

  /** The expected sums, hex by algorithm. */
  public Map<String, String> expected() {
    return expected;
  }

  /** Watches one reading of the source; fails at its end if a sum differs. */
  Verification verifying() {
    return new Verification(this);
  }

  /**
   * The same for a reading that begins where another process was.
   *
   * @param saved what {@link Verification#saved} told there
   * @throws IllegalArgumentException if it is of other sums
   */
  Verification verifying(Map<String, String> saved) {
    Verification verification = new Verification(this);
    if (!saved.keySet().equals(expected.keySet())) {
      throw new IllegalArgumentException("other checksums: " + saved.keySet());
    }
    verification.digests.forEach(
        (algorithm, digest) -> DigestState.restore(digest, String.valueOf(saved.get(algorithm))));
    return verification;
  }

  /** One reading of the source. */
  static final class Verification implements ByteObserver {
    private final Map<String, String> expected;
    private final Map<String, MessageDigest> digests = new TreeMap<>();

    private Verification(Checksums checksums) {
      this.expected = checksums.expected;
      expected.keySet().forEach(algorithm -> digests.put(algorithm, digest(algorithm)));
    }

    @Override
    public void observe(byte[] bytes, int offset, int length) {
      for (MessageDigest digest : digests.values()) {
        digest.update(bytes, offset, length);
      }
    }

    /** How far the sums have come; empty if one of them can't tell, as Streebog. */
    Optional<Map<String, String>> saved() {
      Map<String, String> states = new TreeMap<>();
      digests.forEach((algorithm, digest) ->
          DigestState.of(digest).ifPresent(state -> states.put(algorithm, state)));
      return states.size() == digests.size() ? Optional.of(states) : Optional.empty();
    }

    @Override
    public void end() throws IOException {
      for (Map.Entry<String, MessageDigest> entry : digests.entrySet()) {
        String algorithm = entry.getKey();
        String found = HexFormat.of().formatHex(entry.getValue().digest());
        String wanted = String.valueOf(expected.get(algorithm));
        if (!found.equals(wanted)) {
          throw new ChecksumMismatchException(algorithm, wanted, found);
        }
      }
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return switch (algorithm) {
        case "md5" -> MessageDigest.getInstance("MD5");
        case "sha1" -> MessageDigest.getInstance("SHA-1");
        case "sha256" -> MessageDigest.getInstance("SHA-256");
        case "sha512" -> MessageDigest.getInstance("SHA-512");
        case "streebog256" -> Streebog.ofBits(256);
        case "streebog512" -> Streebog.ofBits(512);
        default ->
            throw new IllegalArgumentException(
                "unsupported checksum algorithm \""
                    + algorithm
                    + "\", supported algorithms are md5, sha1, sha256, sha512, streebog256,"
                    + " streebog512");
      };
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
