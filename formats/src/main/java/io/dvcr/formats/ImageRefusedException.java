package io.dvcr.formats;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * An image that is not accepted, for good: reading it again gives the same answer. The message is
 * one clause that a person understands, without a final stop and without the remedy, which is the
 * rule's.
 */
public final class ImageRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final Rule rule;
  private final String field;
  private final long offset;
  private long neededMemory = -1;

  /**
   * @param rule the rule that refused it
   * @param field the field at fault, by its name in the format's specification
   * @param offset where that field is, in bytes of the unpacked image (of the packed bytes for
   *     rules of a compression); negative if there is no such place
   * @param message what is wrong, with the numbers that show it
   */
  public ImageRefusedException(Rule rule, String field, long offset, String message) {
    super(message);
    this.rule = rule;
    this.field = field;
    this.offset = offset;
  }

  /** The same with the exception that showed it. */
  public ImageRefusedException(
      Rule rule, String field, long offset, String message, Throwable cause) {
    this(rule, field, offset, message);
    initCause(cause);
  }

  /** The same with what would have been enough, if {@code most} can be allowed at all. */
  ImageRefusedException needing(long bytes, long most) {
    neededMemory = bytes <= most ? bytes : -1;
    return this;
  }

  /** Bytes that the decoder would have needed, if only the limits did not allow them. */
  public OptionalLong neededMemory() {
    return neededMemory < 0 ? OptionalLong.empty() : OptionalLong.of(neededMemory);
  }

  public Rule rule() {
    return rule;
  }

  public Rule.Kind kind() {
    return rule.kind();
  }

  public String field() {
    return field;
  }

  /** Byte offset of the field at fault, where there is one. */
  public OptionalLong offset() {
    return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
  }
}
