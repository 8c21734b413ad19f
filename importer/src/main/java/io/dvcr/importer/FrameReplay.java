package io.dvcr.importer;

import io.dvcr.registry.Replay;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Makes the bytes of an uncompressed layer again, out of a source that can be read again. */
record FrameReplay(TarFrame frame, ImageSource source) implements Replay {
  @Override
  public InputStream from(long offset) throws IOException {
    long imageStart = frame.head().length;
    long imageEnd = imageStart + frame.length();
    List<InputStream> parts = new ArrayList<>();
    if (offset < imageStart) {
      parts.add(rest(frame.head(), offset));
    }
    if (offset < imageEnd) {
      long from = Math.max(0, offset - imageStart);
      parts.add(source.openRange(from, frame.length() - from));
    }
    parts.add(rest(frame.tail(), Math.max(0, offset - imageEnd)));
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static InputStream rest(byte[] bytes, long from) {
    return new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) from, bytes.length));
  }
}
