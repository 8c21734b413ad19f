package io.dvcr.formats;

import java.util.List;
import java.util.stream.Collectors;

/** Decides what an image is, by its first bytes, and who inspects it. */
final class Formats {
  private Formats() {}

  /**
   * The inspector for the image that starts with {@code head}.
   *
   * @throws ImageRefusedException if it is two things at once, something that is recognised only to
   *     be refused, or if its header breaks a rule
   */
  static FormatInspector open(Head head, Regions regions) throws ImageRefusedException {
    List<Signature> found = Signature.of(head);
    if (found.size() > 1) {
      throw polyglot(found.stream().map(Signature::title).collect(Collectors.joining(" and ")));
    }
    if (found.isEmpty()) {
      return new RawInspector(PartitionTables.in(head));
    }
    return switch (found.getFirst()) {
      case QCOW -> new Qcow2Inspector(head, regions);
      case ISO -> new IsoInspector(head, regions);
      case VMDK -> new VmdkInspector(head, regions);
      case VMDK_DESCRIPTOR -> throw Unsupported.vmdkDescriptor();
      case VMDK_COWD, VMDK_SESPARSE -> throw Unsupported.vmdkExtent(found.getFirst());
      case VDI -> new VdiInspector(head, regions);
      case VHD -> new VhdInspector(head, regions);
      case VHDX -> new VhdxInspector(regions);
      case LUKS -> throw Unsupported.luks(head);
      case QED -> throw Unsupported.qed(head);
      case PARALLELS, BOCHS, CLOOP -> throw Unsupported.foreign(found.getFirst());
      case TAR -> throw Unsupported.tar(head);
      case HTML -> throw Unsupported.html();
    };
  }

  /**
   * The inspector once the last bytes are known: another one than {@code soFar} if they are the
   * footer of a VHD with fixed size, which has no head.
   *
   * @throws ImageRefusedException if the footer stands behind another format's head
   */
  static FormatInspector close(FormatInspector soFar, Tail tail) throws ImageRefusedException {
    if (!tail.hasVhdFooter() || soFar.format() == DiskFormat.VPC) {
      return soFar;
    }
    if (soFar.format() != DiskFormat.RAW) {
      throw polyglot(soFar.format() + ", and a VHD by its last sector");
    }
    return new VhdFixedInspector(tail);
  }

  private static ImageRefusedException polyglot(String formats) {
    return new ImageRefusedException(
        Rule.P1, "magic", 0, "the file is two formats at once: " + formats);
  }
}
