package io.dvcr.importer;

import io.dvcr.testbed.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.NullMarked;

/** A source in whose middle the target is killed and started again. */
@NullMarked
final class RestartingSource implements ImageSource {
  private final ImageSource source;
  private final RealRegistry registry;
  private final long after;
  private boolean restarted;
  private long passed;

  RestartingSource(ImageSource source, RealRegistry registry, long after) {
    this.source = source;
    this.registry = registry;
    this.after = after;
  }

  boolean restarted() {
    return restarted;
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public String fileName() {
    return source.fileName();
  }

  @Override
  public ByteStream open() throws IOException {
    return source
        .open()
        .through((bytes, offset, length) -> {
          passed += length;
          if (passed > after && !restarted) {
            restarted = true;
            registry.restart();
          }
        });
  }

  @Override
  public boolean repeatable() {
    return source.repeatable();
  }

  @Override
  public InputStream openRange(long from, long length) throws IOException {
    return source.openRange(from, length);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
