package io.dvcr.formats;

import java.nio.ByteBuffer;

/** Shows a long region in pages of {@link Regions#PAGE}, each wanted when the last was visited. */
final class Pages implements Regions.Visitor {
  private final Regions regions;
  private final long end;
  private final Regions.Visitor page;

  private Pages(Regions regions, long end, Regions.Visitor page) {
    this.regions = regions;
    this.end = end;
    this.page = page;
  }

  /**
   * Wants {@code length} bytes at {@code offset}, perhaps none.
   *
   * @param page called with each page in turn, as long as the image has all of it; its own wants
   *     come before the next page
   */
  static void want(Regions regions, long offset, long length, Regions.Visitor page)
      throws ImageRefusedException {
    new Pages(regions, Math.addExact(offset, length), page).wantAt(offset);
  }

  private void wantAt(long offset) throws ImageRefusedException {
    if (offset < end) {
      regions.want(offset, (int) Math.min(Regions.PAGE, end - offset), this);
    }
  }

  @Override
  public int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    int used = page.visit(offset, bytes, wanted);
    if (bytes.limit() == wanted) {
      wantAt(offset + wanted);
    }
    return used;
  }
}
