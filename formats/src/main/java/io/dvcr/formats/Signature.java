package io.dvcr.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the first bytes of an image can be recognised as. The magic alone counts: whoever reads the
 * image next may look no further.
 */
enum Signature {
  QCOW("qcow2"),
  VMDK("VMDK"),
  VMDK_DESCRIPTOR("VMDK descriptor"),
  VMDK_COWD("VMDK COWD extent"),
  VMDK_SESPARSE("VMDK seSparse extent"),
  VDI("VDI"),
  VHD("VHD"),
  VHDX("VHDX"),
  ISO("ISO 9660 or UDF"),
  LUKS("LUKS"),
  QED("QED"),
  PARALLELS("Parallels"),
  BOCHS("Bochs"),
  CLOOP("cloop"),
  TAR("tar"),
  HTML("HTML");

  /** WHATWG MIME Sniffing, section 7.1, the two that pages begin with. */
  private static final Pattern HTML_START =
      Pattern.compile("(?i)\\W{0,40}<(!doctype html|html)[ >]");

  private static final int HTML_LENGTH = 64;

  private final String title;

  Signature(String title) {
    this.title = title;
  }

  /** The format as a person calls it. */
  String title() {
    return title;
  }

  /** All that {@code head} can be recognised as: none for a raw disk, several for a polyglot. */
  static List<Signature> of(Head head) {
    List<Signature> found = new ArrayList<>();
    for (Signature signature : values()) {
      if (signature.isAtStartOf(head)) {
        found.add(signature);
      }
    }
    return found;
  }

  private boolean isAtStartOf(Head head) {
    return switch (this) {
      case QCOW -> head.has(0, "QFI\u00FB");
      case VMDK -> head.has(0, "KDMV");
      case VMDK_DESCRIPTOR -> VmdkTextDescriptor.startsIn(head);
      case VMDK_COWD -> head.has(0, "COWD");
      case VMDK_SESPARSE -> head.has(0, "\u00BE\u00BA\u00FE\u00CA\0\0\0\0");
      case VDI -> head.has(0x40, "\u007F\u0010\u00DA\u00BE");
      case VHD -> head.has(0, "conectix");
      case VHDX -> head.has(0, "vhdxfile");
      case ISO -> VolumeDescriptors.startIn(head);
      case LUKS -> head.has(0, "LUKS\u00BA\u00BE");
      case QED -> head.has(0, "QED\0");
      case PARALLELS -> head.has(0, "WithoutFreeSpace") || head.has(0, "WithouFreSpacExt");
      case BOCHS -> head.has(0, "Bochs Virtual HD Image");
      case CLOOP -> head.has(0, "#!/bin/sh\n#V2.0 Format\n");
      case TAR -> head.has(257, "ustar");
      case HTML -> HTML_START.matcher(Printable.text(head.buffer(), 0, HTML_LENGTH)).lookingAt();
    };
  }
}
