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
  O5(
      Kind.UNSUPPORTED,
      "packed by a compression or into an archive that is not unpacked here: bzip2, LZMA-alone, lz4, lzip, compress, zip, 7z, rar",
      "own rule",
      "unpack it, or pack the image itself with gzip, xz or zstd"),
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
      "raise the limit of the window, or pack the image without --long or --ultra"),
  S5(
      Kind.UNSUPPORTED,
      "a zstd frame needs a dictionary, or uses a reserved bit or block type",
      "RFC 8878 3.1.1.1 and 3.1.1.2.2",
      "pack the image again with zstd and without a dictionary"),
  S6(
      Kind.MALFORMED,
      "something other than a frame follows a zstd frame",
      "RFC 8878 3.1",
      "remove what follows the compressed data, or pack the image again");

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
