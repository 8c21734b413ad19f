package io.dvcr.formats;

/**
 * Every rule by which an image is refused. The ids are stable: scripts and people look them up in
 * {@code docs/rules.md}, which is generated from this enum.
 */
public enum Rule {
  R1(
      Kind.MALFORMED,
      "nothing comes out: an empty file, or a stream that unpacks to nothing",
      "own rule",
      "check that the file was written completely"),
  R2(
      Kind.LIMIT,
      "the tables name the same bytes so often that checking them would take many times the file",
      "own rule",
      "write the image anew with qemu-img convert"),
  R3(
      Kind.LIMIT,
      "the tables of a packed image point backwards so often that checking them would take many"
          + " times as long as unpacking it",
      "own rule",
      "unpack the image first, or write it anew with qemu-img convert"),
  P1(
      Kind.UNSAFE,
      "the file is two formats at once, except an ISO with MBR or GPT: the next reader may choose"
          + " the other one",
      "oslo.utils format_inspector (multiple formats)",
      "find out which format is meant and write the image anew with qemu-img convert -f FORMAT"),
  O1(
      Kind.UNSUPPORTED,
      "LUKS, any version: an encrypted disk",
      "own rule; oslo.utils refuses versions other than 1",
      "decrypt it first, for example with qemu-img convert --image-opts and its key"),
  O2(
      Kind.UNSUPPORTED,
      "QED, which QEMU gave up for qcow2",
      "oslo.utils format_inspector (banned)",
      "convert it with qemu-img convert -f qed -O qcow2"),
  O3(
      Kind.UNSUPPORTED,
      "Parallels, Bochs or cloop",
      "own rule",
      "convert it with qemu-img convert -O qcow2"),
  O4(
      Kind.UNSUPPORTED,
      "a tar archive or an OVA",
      "own rule",
      "unpack it and give the disk inside it, of an OVA the .vmdk"),
  O5(
      Kind.UNSUPPORTED,
      "packed by a compression or into an archive that is not unpacked here: bzip2, LZMA-alone, lz4, lzip, compress, zip, 7z, rar",
      "own rule",
      "unpack it, or pack the image itself with gzip, xz or zstd"),
  O6(
      Kind.UNSUPPORTED,
      "an HTML page: most often what a web server says when it does not give the file",
      "own rule; WHATWG MIME Sniffing 7.1",
      "open the address in a browser: it may want a login, or lead to the file by another address"),
  I1(
      Kind.MALFORMED,
      "an ISO that ends inside its volume descriptors, or before the end of the volume that they"
          + " state",
      "ECMA-119, 8.4.8 and 8.4.12",
      "download or write the file again, it is cut"),
  G1(
      Kind.MALFORMED,
      "a gzip member's deflate data can't be inflated, or its CRC-32 or ISIZE is not that of its content",
      "RFC 1952 2.3.1, RFC 1951 3.2.3",
      "fetch the file again, it was damaged on the way, and test it with gzip -t"),
  G2(
      Kind.MALFORMED,
      "a gzip file ends inside a member, its header or its trailer",
      "RFC 1952 2.2",
      "fetch the file again, it was cut off, and test it with gzip -t"),
  G3(
      Kind.MALFORMED,
      "something other than another member, or zeros up to the end, follows a gzip member",
      "own rule; gzip 1.12 warns of it",
      "remove what follows the compressed data, or pack the image again"),
  G4(
      Kind.MALFORMED,
      "a gzip member's header is wrong: magic, a compression method other than deflate, reserved flags, header CRC, or a name or comment of more than 64 KiB",
      "RFC 1952 2.3.1; the limit of 64 KiB is ours",
      "pack the image again with gzip"),
  Z1(
      Kind.MALFORMED,
      "an xz block's data can't be decoded, or its check is not that of its content",
      "The .xz File Format 1.2.1, 3.2, 3.4 and 5.3.1",
      "fetch the file again, it was damaged on the way, and test it with xz -t"),
  Z2(
      Kind.MALFORMED,
      "an xz file ends inside a stream",
      "The .xz File Format 1.2.1, 2.1",
      "fetch the file again, it was cut off, and test it with xz -t"),
  Z3(
      Kind.MALFORMED,
      "something other than another stream, or zeros in fours, follows an xz stream",
      "The .xz File Format 1.2.1, 2.2",
      "remove what follows the compressed data, or pack the image again"),
  Z4(
      Kind.MALFORMED,
      "an xz index is damaged, or is not that of the blocks: their number, packed or unpacked sizes, or its CRC-32",
      "The .xz File Format 1.2.1, 4",
      "fetch the file again, or pack the image again with xz"),
  Z5(
      Kind.MALFORMED,
      "an xz block header's CRC-32 or fields, the sizes it states, or the block's padding are wrong",
      "The .xz File Format 1.2.1, 3.1 and 3.3",
      "fetch the file again, or pack the image again with xz"),
  Z6(
      Kind.MALFORMED,
      "an xz stream footer's CRC-32, magic, flags or backward size are wrong",
      "The .xz File Format 1.2.1, 2.1.2",
      "fetch the file again, or pack the image again with xz"),
  Z7(
      Kind.MALFORMED,
      "an xz stream header's magic or CRC-32 is wrong, or reserved bits, an unknown check or filter, or a filter's invalid properties are there",
      "The .xz File Format 1.2.1, 2.1.1, 3.1.2 and 5.3",
      "pack the image again with xz and its default filters"),
  Z8(
      Kind.LIMIT,
      "an xz block needs a dictionary that is larger than the decoder's memory limit",
      "own rule",
      "raise the memory limit, or pack the image with a smaller dictionary, such as xz -6"),
  S1(
      Kind.MALFORMED,
      "a zstd frame's blocks can't be decoded, or its checksum is not that of its content",
      "RFC 8878 3.1.1",
      "fetch the file again, it was damaged on the way, and test it with zstd -t"),
  S2(
      Kind.MALFORMED,
      "a zstd file ends inside a frame or a skippable frame",
      "RFC 8878 3.1",
      "fetch the file again, it was cut off, and test it with zstd -t"),
  S3(
      Kind.MALFORMED,
      "a zstd frame's content is not as long as its header states",
      "RFC 8878 3.1.1.1.4",
      "fetch the file again, or pack the image again with zstd"),
  S4(
      Kind.LIMIT,
      "a zstd frame needs a window that is larger than the limit",
      "own rule; RFC 8878 3.1.1.1.2 leaves it to the decoder",
      "pack the image without --long or --ultra"),
  S5(
      Kind.UNSUPPORTED,
      "a zstd frame needs a dictionary, or uses a reserved bit or block type",
      "RFC 8878 3.1.1.1 and 3.1.1.2.2",
      "pack the image again with zstd and without a dictionary"),
  S6(
      Kind.MALFORMED,
      "something other than a frame follows a zstd frame",
      "RFC 8878 3.1",
      "remove what follows the compressed data, or pack the image again"),
  Q1(
      Kind.UNSAFE,
      "a qcow2 with a backing file: part of its content is elsewhere",
      "oslo.utils format_inspector (backing_file); QEMU docs/interop/qcow2.txt,"
          + " backing_file_offset",
      "flatten it with qemu-img convert -O qcow2, next to its backing file"),
  Q2(
      Kind.UNSAFE,
      "a qcow2 with an external data file, or that names one",
      "oslo.utils format_inspector (data_file), CVE-2024-32498; the name and the autoclear bit:"
          + " own rule",
      "flatten it with qemu-img convert -O qcow2, next to its data file"),
  Q3(
      Kind.UNSUPPORTED,
      "a qcow2 with unknown incompatible features (bits 5 to 63)",
      "QEMU docs/interop/qcow2.txt, incompatible_features",
      "convert it with a QEMU that knows them, with qemu-img convert -O qcow2"),
  Q4(
      Kind.MALFORMED,
      "a qcow2 whose corrupt bit is set",
      "QEMU docs/interop/qcow2.txt, incompatible_features bit 1",
      "repair a copy with qemu-img check -r all"),
  Q5(
      Kind.MALFORMED,
      "a qcow2 whose compression type is unknown or contradicts its feature bit",
      "QEMU docs/interop/qcow2.txt, compression_type",
      "write it anew with qemu-img convert -O qcow2"),
  Q6(
      Kind.UNSUPPORTED,
      "a qcow of another version than 2 and 3",
      "QEMU docs/interop/qcow2.txt, version",
      "convert it with qemu-img convert -f qcow -O qcow2"),
  Q7(
      Kind.UNSUPPORTED,
      "an encrypted qcow2",
      "own rule; QEMU docs/interop/qcow2.txt, crypt_method",
      "decrypt it with qemu-img convert and its key"),
  Q8(
      Kind.MALFORMED,
      "a qcow2 with clusters below 512 bytes or above 2 MiB, or below 16 KiB with extended L2",
      "QEMU docs/interop/qcow2.txt, cluster_bits",
      "write it anew with qemu-img convert -O qcow2"),
  Q9(
      Kind.MALFORMED,
      "a qcow2 whose L1 table is too large, too small for the disk, unaligned or outside the file",
      "QEMU block/qcow2.c; outside the file: own rule",
      "check where the file comes from, and whether it was written completely"),
  Q10(
      Kind.MALFORMED,
      "a qcow2 whose header length or header extensions leave their area",
      "QEMU docs/interop/qcow2.txt, header extensions",
      "write it anew with qemu-img convert -O qcow2"),
  Q11(
      Kind.MALFORMED,
      "a qcow2 whose refcount table is missing, too large or unaligned, or refcounts above 64 bits",
      "QEMU block/qcow2.c",
      "write it anew with qemu-img convert -O qcow2"),
  Q12(
      Kind.MALFORMED,
      "a qcow2 with more than 65536 snapshots, or with a snapshot table that is unaligned, not inside"
          + " the file, or too large",
      "QEMU block/qcow2-snapshot.c",
      "write it anew with qemu-img convert -O qcow2"),
  Q13(
      Kind.MALFORMED,
      "a qcow2 that ends inside its header, its header extensions or its L1 table",
      "own rule: QEMU reads zeros there",
      "check that the file was written completely"),
  Q14(
      Kind.MALFORMED,
      "a qcow2 with an L2 entry that contradicts itself, or an L2 table or cluster that is"
          + " unaligned or outside the file",
      "QEMU block/qcow2-cluster.c; outside the file: own rule",
      "check with qemu-img check, and that the file was written completely"),
  Q15(
      Kind.MALFORMED,
      "a qcow2 with a compressed cluster that does not give exactly one cluster",
      "QEMU block/qcow2-threads.c",
      "check that the file was written completely and is the one that was published"),
  V1(
      Kind.UNSAFE,
      "a VMDK text descriptor: its data are other files",
      "VMware Virtual Disk Format 5.0, The Descriptor File; CVE-2022-47951",
      "convert the disk to one file where all its files lie, with qemu-img convert -O qcow2"),
  V2(
      Kind.UNSAFE,
      "VMDK with capacity 0: readers then follow the files that its descriptor names",
      "own rule",
      "convert the disk to one file where all its files lie, with qemu-img convert -O qcow2"),
  V3(
      Kind.UNSAFE,
      "VMDK whose embedded descriptor is not at sector 1, missing, too large, not understood,"
          + " not monolithicSparse or streamOptimized, or does not name exactly one sparse extent"
          + " without a path",
      "OpenStack oslo.utils format_inspector; exactly one extent: own rule",
      "convert the disk to one file where all its files lie, with qemu-img convert -O qcow2"),
  V4(
      Kind.UNSAFE,
      "VMDK that is a difference to a parent disk, or names one",
      "own rule: QEMU opens the parent",
      "convert the disk where its parent lies, with qemu-img convert -O qcow2, or export it whole"),
  V5(
      Kind.UNSUPPORTED,
      "VMDK sparse extent of a version other than 1 to 3, or packed otherwise than with deflate",
      "VMware Virtual Disk Format 5.0, Hosted Sparse Extents; QEMU block/vmdk.c",
      "convert the disk with qemu-img convert -O qcow2"),
  V6(
      Kind.MALFORMED,
      "VMDK whose grain tables have no or more than 512 entries, or whose grains are empty or"
          + " larger than 1 GiB",
      "QEMU block/vmdk.c",
      "check that the file was transferred whole, or export the disk again"),
  V7(
      Kind.MALFORMED,
      "VMDK whose capacity or grain directory is too large, or whose directory lies outside"
          + " the file",
      "QEMU block/vmdk.c; outside the file: own rule",
      "check that the file was transferred whole, or export the disk again"),
  V8(
      Kind.MALFORMED,
      "VMDK with damaged line-end bytes in its header",
      "VMware Virtual Disk Format 5.0, Hosted Sparse Extent Header",
      "transfer the file again in binary mode"),
  V9(
      Kind.MALFORMED,
      "VMDK that ends inside its header, its descriptor or its overhead",
      "QEMU block/vmdk.c",
      "transfer the file again, it is cut"),
  V10(
      Kind.MALFORMED,
      "VMDK with a grain table or a grain outside the file",
      "own rule",
      "transfer the file again, it is cut or damaged"),
  V11(
      Kind.MALFORMED,
      "stream-optimized VMDK whose footer, footer marker or end-of-stream marker is missing,"
          + " wrong or not at the end",
      "VMware Virtual Disk Format 5.0, Stream-Optimized Compressed Sparse Extents; QEMU"
          + " block/vmdk.c",
      "transfer the file again, it is cut or something was appended to it"),
  V12(
      Kind.MALFORMED,
      "stream-optimized VMDK whose footer differs from its header",
      "OpenStack oslo.utils format_inspector; further fields: own rule",
      "export the disk again"),
  V13(
      Kind.MALFORMED,
      "VMDK with a packed grain that does not unpack to one grain, or is another one than its"
          + " table says",
      "QEMU block/vmdk.c; the grain's own address: own rule",
      "transfer the file again, or export the disk again"),
  V14(
      Kind.UNSUPPORTED,
      "a single extent of an ESXi disk or snapshot (COWD, seSparse)",
      "VMware Virtual Disk Format 5.0, ESX Server Sparse Extents",
      "export the whole disk, or convert it with qemu-img convert -O qcow2 where all its"
          + " files lie"),
  D1(
      Kind.UNSAFE,
      "VDI that is a difference to a parent disk, an undo image or of an unknown type",
      "QEMU block/vdi.c; type: own rule",
      "export the disk whole, for example with VBoxManage clonemedium"),
  D2(
      Kind.UNSUPPORTED,
      "VDI of another version, block size or sector size than 1.1, 1 MiB and 512, or with"
          + " offsets that are not multiples of 512",
      "QEMU block/vdi.c",
      "convert the disk with VBoxManage clonemedium or qemu-img convert -O qcow2"),
  D3(
      Kind.MALFORMED,
      "VDI whose size is more than its blocks hold or than a VDI may have, or whose block map"
          + " lies outside the file",
      "QEMU block/vdi.c; outside the file: own rule",
      "check that the file was transferred whole, or export the disk again"),
  D4(
      Kind.MALFORMED,
      "VDI that ends inside its header, its block map or its allocated blocks",
      "own rule",
      "transfer the file again, it is cut"),
  D5(
      Kind.MALFORMED,
      "VDI with a block outside the file",
      "own rule",
      "transfer the file again, it is cut or damaged"),
  H1(
      Kind.UNSAFE,
      "VHD that is a difference to a parent disk, of an unknown type, or fixed with a footer"
          + " in front",
      "own rule: QEMU reads a parent's blocks as zeros",
      "merge the disk with its parent, or export it whole"),
  H2(
      Kind.MALFORMED,
      "VHD footer with a wrong checksum",
      "VHD specification, Hard Disk Footer Format; QEMU block/vpc.c",
      "transfer the file again, it is damaged"),
  H3(
      Kind.MALFORMED,
      "dynamic VHD without equal footers in front and at the end",
      "VHD specification, Dynamic Hard Disk Image; own rule",
      "transfer the file again, it is cut or something was appended to it"),
  H4(
      Kind.MALFORMED,
      "VHD with a bad dynamic header, block size or block allocation table, or larger than"
          + " 2040 GiB",
      "VHD specification, Dynamic Disk Header Format; QEMU block/vpc.c",
      "check that the file was transferred whole, or export the disk again"),
  H5(
      Kind.MALFORMED,
      "VHD with a block outside the file",
      "QEMU block/vpc.c",
      "transfer the file again, it is cut or damaged"),
  X1(
      Kind.UNSAFE,
      "VHDX that is a difference to a parent disk",
      "MS-VHDX 2.6.2.1; QEMU block/vhdx.c",
      "merge the disk with its parent, or export it whole"),
  X2(
      Kind.MALFORMED,
      "VHDX without a valid header or region table, with overlapping regions or with an"
          + " unknown region that is required",
      "MS-VHDX 2.2; QEMU block/vhdx.c",
      "transfer the file again, it is damaged, or export the disk again"),
  X3(
      Kind.MALFORMED,
      "VHDX with a bad metadata table, without a required metadata item or with an unknown"
          + " one that is required",
      "MS-VHDX 2.6; QEMU block/vhdx.c",
      "transfer the file again, it is damaged, or export the disk again"),
  X4(
      Kind.MALFORMED,
      "VHDX with a bad block size, sector size or virtual size, or with more blocks than its"
          + " block allocation table has",
      "MS-VHDX 2.6.2; QEMU block/vhdx.c",
      "check that the file was transferred whole, or export the disk again"),
  X5(
      Kind.MALFORMED,
      "VHDX that ends before its regions do",
      "MS-VHDX 2.6; QEMU block/vhdx.c",
      "transfer the file again, it is cut"),
  X6(
      Kind.MALFORMED,
      "VHDX with a block outside the file, inside another region or in a state that only"
          + " differencing disks have",
      "MS-VHDX 2.5.1; QEMU block/vhdx.c",
      "transfer the file again, it is cut or damaged"),
  X7(
      Kind.UNSUPPORTED,
      "VHDX whose log has entries that were not replayed",
      "MS-VHDX 2.3; QEMU block/vhdx.c",
      "attach and detach the disk once where it was made, so that its log is replayed");

  /** What refusing means. */
  public enum Kind {
    /** The bytes contradict the format. */
    MALFORMED,
    /** A fine file that is not read here. */
    UNSUPPORTED,
    /** The file names or needs something outside itself, or is two things at once. */
    UNSAFE,
    /** It would need more than is allowed. */
    LIMIT
  }

  private final Kind kind;
  private final String meaning;
  private final String source;
  private final String remedy;

  Rule(Kind kind, String meaning, String source, String remedy) {
    this.kind = kind;
    this.meaning = meaning;
    this.source = source;
    this.remedy = remedy;
  }

  public Kind kind() {
    return kind;
  }

  /** When an image is refused by it. */
  public String meaning() {
    return meaning;
  }

  /** Where the rule comes from: a specification's section, another program, or ourselves. */
  public String source() {
    return source;
  }

  /** What the user can do, in the imperative. */
  public String remedy() {
    return remedy;
  }
}
