package io.dvcr.registry;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;

/** A source in memory that can be read again. Counts how often it was. */
@NullMarked
final class BytesReplay implements Replay {
  private final byte[] content;
  private final AtomicInteger readings = new AtomicInteger();

  BytesReplay(byte[] content) {
    this.content = content;
  }

  int readings() {
    return readings.get();
  }

  @Override
  public InputStream from(long offset, long length) {
    readings.incrementAndGet();
    int first = Math.toIntExact(offset);
    return new ByteArrayInputStream(content, first, Math.toIntExact(length));
  }
}
