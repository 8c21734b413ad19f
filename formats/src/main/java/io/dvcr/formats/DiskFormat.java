package io.dvcr.formats;

import java.util.Locale;

/** The disk formats that are accepted, named as {@code qemu-img info} prints them; iso is ours. */
public enum DiskFormat {
  RAW,
  ISO,
  QCOW2,
  VMDK,
  VDI,
  VPC,
  VHDX;

  /** The name in results, labels and reports: {@code qcow2}, {@code vpc}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
