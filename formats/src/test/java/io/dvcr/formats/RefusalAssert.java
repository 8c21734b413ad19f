package io.dvcr.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that an image is refused, and by which rule. */
final class RefusalAssert {
  private RefusalAssert() {}

  static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Rule rule, ThrowingCallable action) {
    Throwable failure = catchThrowable(action);
    assertThat(failure).isInstanceOf(ImageRefusedException.class);
    assertThat(((ImageRefusedException) failure).rule()).as("%s", failure).isEqualTo(rule);
    return assertThat(failure);
  }
}
