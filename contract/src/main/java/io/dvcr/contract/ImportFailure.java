package io.dvcr.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Why an import failed, as a program reads it.
 *
 * @param reason a {@link Reason#id}
 * @param message one sentence for a person
 * @param rule the rule that refused the image, if one did
 * @param offset the byte at fault, if there is one
 * @param retryable whether the same may succeed later
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImportFailure(
    String reason,
    String message,
    @Nullable String rule,
    @Nullable Long offset,
    boolean retryable) {}
