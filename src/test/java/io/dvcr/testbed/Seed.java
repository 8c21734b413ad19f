package io.dvcr.testbed;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Chance for a test, as a field with {@code @RegisterExtension}. The seed of a test that fails is
 * printed; {@code -Ddvcr.seed=<seed>} repeats it.
 */
public final class Seed implements TestWatcher {
  private final long value = Long.getLong("dvcr.seed", System.nanoTime());
  private final Random random = new Random(value);

  public Random random() {
    return random;
  }

  /** Bytes that can't be compressed. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    System.out.println("seed of " + context.getDisplayName() + ": " + value);
  }
}
