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
  I1(
      Kind.MALFORMED,
      "an ISO that ends inside its volume descriptors, or before the end of the volume that they"
          + " state",
      "ECMA-119, 8.4.8 and 8.4.12",
      "download or write the file again, it is cut");

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
