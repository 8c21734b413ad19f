package io.dvcr.importer;

import io.dvcr.registry.Replay;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes the bytes of an uncompressed layer again, out of a source that can be read again. */
record FrameReplay(TarFrame frame, ImageSource source) implements Replay {
  @Override
  public InputStream from(long offset, long length) throws IOException {
    long end = Math.addExact(offset, length);
    long imageStart = frame.head().length;
    long imageEnd = imageStart + frame.length();
    List<InputStream> parts = new ArrayList<>();
    parts.add(part(frame.head(), offset, end));
    long from = Math.max(offset, imageStart);
    long to = Math.min(end, imageEnd);
    if (from < to) {
      parts.add(source.openRange(from - imageStart, to - from));
    }
    parts.add(part(frame.tail(), offset - imageEnd, end - imageEnd));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  /** What lies in {@code bytes} between two positions, which may be outside. */
  private static InputStream part(byte[] bytes, long from, long to) {
    int first = Math.clamp(from, 0, bytes.length);
    int last = Math.clamp(to, first, bytes.length);
    return new ByteArrayInputStream(bytes, first, last - first);
  }
}
