package io.dvcr.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How far an import is. Sizes are in bytes, speeds in bytes a second; null where not known.
 *
 * @param progress percent, below 100 until the image can be pulled; never goes back
 * @param phase {@code reading}, {@code unpacking} or {@code storing}
 * @param received bytes of the source
 * @param stored bytes sent to the target
 * @param total bytes of the source, all of them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImportProgress(
    double progress,
    String phase,
    long received,
    long stored,
    @Nullable Long total,
    @Nullable Long currentSpeed,
    @Nullable Long averageSpeed,
    @Nullable Long remainingSeconds) {}
