package io.dvcr.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {
  /** Time that passes only when it is slept or spent. */
  private static final class ManualTimer implements RetryPolicy.Timer {
    private final List<Long> sleeps = new ArrayList<>();
    private long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      sleeps.add(time.toSeconds());
      now += time.toNanos();
    }

    void spend(Duration time) {
      now += time.toNanos();
    }
  }

  private final IOException failure = new IOException("refused");

  private final ManualTimer timer = new ManualTimer();

  private void useUp(Retries retries) throws InterruptedIOException {
    while (retries.waitForNext(failure, Duration.ZERO)) {
      // Until there are no more.
    }
  }

  @Test
  void waits_growFromOneToSixtySeconds() throws InterruptedIOException {
    useUp(new RetryPolicy(8, Duration.ofHours(1), timer).start());

    assertThat(timer.sleeps).containsExactly(1L, 3L, 9L, 27L, 60L, 60L, 60L, 60L);
  }

  @Test
  void timeBudget_cutsTheLastWait() throws InterruptedIOException {
    useUp(new RetryPolicy(100, Duration.ofSeconds(20), timer).start());

    assertThat(timer.sleeps).containsExactly(1L, 3L, 9L, 7L);
  }

  @Test
  void timeOfTheTriesThemselves_countsToo() throws InterruptedIOException {
    Retries retries = new RetryPolicy(100, Duration.ofSeconds(20), timer).start();
    assertThat(retries.waitForNext(failure, Duration.ZERO)).isTrue();
    timer.spend(Duration.ofSeconds(18));

    useUp(retries);

    assertThat(timer.sleeps).containsExactly(1L, 1L);
  }

  @Test
  void progress_startsTheBudgetAnew() throws InterruptedIOException {
    Retries retries = new RetryPolicy(2, Duration.ofHours(1), timer).start();
    useUp(retries);
    retries.progressed();
    useUp(retries);

    assertThat(timer.sleeps).containsExactly(1L, 3L, 1L, 3L);
    assertThat(retries.count()).isEqualTo(2);
  }

  @Test
  void longerWaitThatTheServerAsksFor_isObeyed() throws InterruptedIOException {
    Retries retries = new RetryPolicy(3, Duration.ofSeconds(30), timer).start();

    assertThat(retries.waitForNext(failure, Duration.ofSeconds(7))).isTrue();
    assertThat(retries.waitForNext(failure, Duration.ofSeconds(100))).isTrue();
    assertThat(retries.waitForNext(failure, Duration.ZERO)).isFalse();
    assertThat(timer.sleeps).containsExactly(7L, 23L);
  }

  @Test
  void interrupt_endsTheWaitAndStaysVisible() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() ->
            new RetryPolicy(3, Duration.ofSeconds(30), timer)
                .start()
                .waitForNext(failure, Duration.ZERO))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A stall that lasted as long as the budget is one failure, not the use of all of it. */
  @Test
  void timeBeforeTheFirstFailure_isNotSpent() throws InterruptedIOException {
    Retries retries = new RetryPolicy(20, Duration.ofSeconds(60), timer).start();
    timer.spend(Duration.ofSeconds(100));

    assertThat(retries.waitForNext(failure, Duration.ZERO)).isTrue();
  }

  @Test
  void waits_areSeenWithTheirCause() throws InterruptedIOException {
    List<String> seen = new ArrayList<>();
    RetryPolicy policy =
        new RetryPolicy(2, Duration.ofHours(1), timer)
            .watchedBy((wait, why) -> seen.add(wait.toSeconds() + " " + why.getMessage()));

    useUp(policy.start());

    assertThat(seen).containsExactly("1 refused", "3 refused");
  }
}
