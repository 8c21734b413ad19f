package io.dvcr.registry;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:<64 hex digits>} (OCI image spec, descriptor.md "Digests"). Only
 * the two registered algorithms are taken.
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");

  /**
   * @throws IllegalArgumentException if the algorithm is not registered or the digits don't fit it
   */
  public Digest {
    boolean valid =
        switch (algorithm) {
          case "sha256" -> SHA256.matcher(hex).matches();
          case "sha512" -> SHA512.matcher(hex).matches();
          default -> false;
        };
    if (!valid) {
      throw new IllegalArgumentException("not a digest: " + algorithm + ":" + hex);
    }
  }

  /**
   * Reads {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if it is no digest
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest: " + text);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Whether {@link #parse} takes it. */
  static boolean isOne(String text) {
    try {
      return parse(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The SHA-256 digest of {@code content}. */
  public static Digest of(byte[] content) {
    return ofSha256(newSha256().digest(content));
  }

  /** The digest whose 32 bytes a finished SHA-256 gave. */
  public static Digest ofSha256(byte[] sum) {
    return new Digest("sha256", HexFormat.of().formatHex(sum));
  }

  /** A fresh SHA-256, which every Java platform has. */
  public static MessageDigest newSha256() {
    return newMessageDigest("SHA-256");
  }

  /** A fresh computation of this digest's algorithm, to verify content with. */
  public MessageDigest newMessageDigest() {
    return newMessageDigest(algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-"));
  }

  private static MessageDigest newMessageDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
