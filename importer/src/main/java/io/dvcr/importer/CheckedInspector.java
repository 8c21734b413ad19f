package io.dvcr.importer;

import io.dvcr.formats.DiskFormat;
import io.dvcr.formats.DiskImage;
import io.dvcr.formats.ImageRefusedException;
import io.dvcr.formats.Inspector;
import io.dvcr.formats.RangeReader;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** An inspection that also refuses what is larger than allowed, as soon as that shows. */
final class CheckedInspector implements ByteObserver {
  /** The footer of a fixed VHD, which looks like a raw disk before it. */
  private static final int SMALLEST_TRAILER = 512;

  private final Inspector inspector;
  private final long maxVirtualSize;
  private long seen;

  CheckedInspector(ImageSource source, long maxVirtualSize) {
    this.inspector = source.blockDevice() ? Inspector.ofRaw() : Inspector.ofAllFormats();
    this.maxVirtualSize = maxVirtualSize;
  }

  @Override
  public void observe(byte[] bytes, int offset, int length) throws IOException {
    inspector.observe(bytes, offset, length);
    seen += length;
    if (isAsLargeAsItsFile()) {
      requireAllowed(seen - SMALLEST_TRAILER);
    }
    OptionalLong claimed = inspector.claimedVirtualSize();
    if (claimed.isPresent()) {
      requireAllowed(claimed.getAsLong());
    }
  }

  /** See {@link Inspector#skip}. */
  void skip(long count) throws ImageRefusedException {
    inspector.skip(count);
    seen += count;
  }

  boolean skippable() {
    return inspector.skippable();
  }

  Optional<DiskFormat> formatSoFar() {
    return inspector.formatSoFar();
  }

  /** See {@link Inspector#finish}. */
  DiskImage finish(RangeReader again) throws IOException {
    DiskImage disk = inspector.finish(again);
    requireAllowed(disk.virtualSize());
    return disk;
  }

  /** Whose virtual size is known only at its end, but not smaller than what came so far. */
  private boolean isAsLargeAsItsFile() {
    return inspector
        .formatSoFar()
        .filter(format -> format == DiskFormat.RAW || format == DiskFormat.ISO)
        .isPresent();
  }

  private void requireAllowed(long virtualSize) throws VirtualSizeException {
    if (virtualSize > maxVirtualSize) {
      throw new VirtualSizeException(virtualSize, maxVirtualSize);
    }
  }
}
