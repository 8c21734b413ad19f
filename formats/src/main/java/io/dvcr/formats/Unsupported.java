package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/** Formats that are recognised only to be refused, so that nobody takes them for raw disks. */
final class Unsupported {
  private Unsupported() {}

  /** LUKS On-Disk Format Specification, "PHDR": version at 6, cipher at 8, mode at 40. */
  static ImageRefusedException luks(Head head) {
    ByteBuffer header = head.buffer();
    int version = header.limit() < 8 ? 0 : Short.toUnsignedInt(header.getShort(6));
    String cipher = "";
    if (version == 1) {
      cipher = " with " + Printable.text(header, 8, 32) + "-" + Printable.text(header, 40, 32);
    }
    return refused(Rule.O1, "a LUKS encrypted disk, version " + version + cipher);
  }

  /** QEMU docs/interop/qed_spec.txt: features at 16, bit 0 a backing file. */
  static ImageRefusedException qed(Head head) {
    ByteBuffer header = head.buffer().order(ByteOrder.LITTLE_ENDIAN);
    boolean backed = header.limit() >= 24 && (header.getLong(16) & 1) != 0;
    return refused(Rule.O2, "a QED image" + (backed ? " with a backing file" : ""));
  }

  static ImageRefusedException foreign(Signature format) {
    return refused(Rule.O3, "a " + format.title() + " image");
  }

  /** POSIX.1-2017, pax, "ustar Interchange Format": the name at 0, 100 bytes. */
  static ImageRefusedException tar(Head head) {
    String name = Printable.text(head.buffer(), 0, 100);
    boolean ova = name.toLowerCase(Locale.ROOT).endsWith(".ovf");
    return refused(
        Rule.O4, (ova ? "an OVA" : "a tar archive") + ", its first member is '" + name + "'");
  }

  static ImageRefusedException html() {
    return refused(Rule.O6, "a web page, not a disk image");
  }

  static ImageRefusedException vmdkDescriptor() {
    return refused(Rule.V1, "a VMDK text descriptor, and its data are other files");
  }

  static ImageRefusedException vmdkExtent(Signature extent) {
    return refused(Rule.V14, "a single " + extent.title() + " of an ESXi disk");
  }

  private static ImageRefusedException refused(Rule rule, String what) {
    return new ImageRefusedException(rule, "magic", 0, "the file is " + what);
  }
}
