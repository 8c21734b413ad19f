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
      "check that the file was written completely");

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
