package io.dvcr.registry;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;

/**
 * How far a digest has come, as text, so that another process can go on with it.
 *
 * <p>The platform's digests are the only fast ones (their inner loop is the processor's own
 * instructions) and have no way to tell it. So it is read out of their fields, where the program's
 * manifest opens them ({@code Add-Opens: java.base/java.security java.base/sun.security.provider});
 * elsewhere, and for digests of other make, nothing is told.
 */
public final class DigestState {
  private static final String PROBE = "abc";

  /** Whether a state that was told and taken over gives the right digest on this platform. */
  private static final boolean TOLD_RIGHT = probe();

  private DigestState() {}

  /** The state; empty where it can't be known. The digest goes on unchanged. */
  public static Optional<String> of(MessageDigest digest) {
    return TOLD_RIGHT ? told(digest) : Optional.empty();
  }

  private static Optional<String> told(MessageDigest digest) {
    try {
      return Optional.of(Base64.getEncoder().encodeToString(Fields.of(digest).bytes()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Puts a fresh digest of the same algorithm into a state.
   *
   * @throws IllegalArgumentException if it is no state of such a digest
   */
  public static void restore(MessageDigest digest, String state) {
    try {
      Fields.of(digest).set(ByteBuffer.wrap(Base64.getDecoder().decode(state)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new IllegalArgumentException(
          "no state of a digest with " + digest.getAlgorithm() + ": " + e, e);
    }
  }

  private static boolean probe() {
    byte[] bytes = PROBE.repeat(50).getBytes(StandardCharsets.US_ASCII);
    MessageDigest whole = Digest.newSha256();
    whole.update(bytes, 0, 100);
    Optional<String> state = told(whole);
    if (state.isEmpty()) {
      return false;
    }
    MessageDigest rest = Digest.newSha256();
    restore(rest, state.get());
    rest.update(bytes, 100, bytes.length - 100);
    return MessageDigest.isEqual(rest.digest(), Digest.newSha256().digest(bytes));
  }

  /** The fields of {@code sun.security.provider.DigestBase} and of the class below it. */
  private static final class Fields {
    private final Object digest;
    private final Field processed;
    private final Field buffered;
    private final byte[] block;

    /** What was made of all whole blocks: an array of int or long. */
    private final Object words;

    private Fields(Object digest) throws ReflectiveOperationException {
      this.digest = digest;
      this.processed = find(digest.getClass(), "bytesProcessed");
      this.buffered = find(digest.getClass(), "bufOfs");
      this.block = (byte[]) find(digest.getClass(), "buffer").get(digest);
      this.words = find(digest.getClass(), "state").get(digest);
    }

    static Fields of(MessageDigest digest) throws ReflectiveOperationException {
      return new Fields(find(digest.getClass(), "digestSpi").get(digest));
    }

    private static Field find(Class<?> type, String name) throws NoSuchFieldException {
      for (Class<?> c = type; c != null; c = c.getSuperclass()) {
        try {
          Field field = c.getDeclaredField(name);
          field.setAccessible(true);
          return field;
        } catch (NoSuchFieldException e) {
          // One class further up.
        }
      }
      throw new NoSuchFieldException(name);
    }

    /** Bytes processed, how many of them wait for their block to be whole, those, the words. */
    byte[] bytes() throws IllegalAccessException {
      int waiting = buffered.getInt(digest);
      int count = Array.getLength(words);
      ByteBuffer bytes =
          ByteBuffer.allocate(Long.BYTES + Integer.BYTES + waiting + count * Long.BYTES);
      bytes.putLong(processed.getLong(digest)).putInt(waiting).put(block, 0, waiting);
      for (int i = 0; i < count; i++) {
        bytes.putLong(Array.getLong(words, i));
      }
      return bytes.array();
    }

    void set(ByteBuffer bytes) throws IllegalAccessException {
      processed.setLong(digest, bytes.getLong());
      int waiting = bytes.getInt();
      buffered.setInt(digest, waiting);
      bytes.get(block, 0, waiting);
      int count = Array.getLength(words);
      if (bytes.remaining() != count * Long.BYTES) {
        throw new IllegalArgumentException("another algorithm's");
      }
      for (int i = 0; i < count; i++) {
        long word = bytes.getLong();
        if (words instanceof int[] ints) {
          ints[i] = (int) word;
        } else {
          Array.setLong(words, i, word);
        }
      }
    }
  }
}
