package io.dvcr.importer.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.dvcr.docs.Row;
import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 10: what is tried again, how often, and what is said then. */
@NullMarked
class RetryPodTest extends PodTestBase {
  /** 1, 3, 9, 27, and sixteen times 60 seconds: a thousand seconds altogether. */
  private static List<Duration> waits() {
    List<Duration> waits = new ArrayList<>();
    for (int seconds : new int[] {1, 3, 9, 27}) {
      waits.add(Duration.ofSeconds(seconds));
    }
    waits.addAll(Collections.nCopies(16, Duration.ofSeconds(60)));
    return waits;
  }

  @Test
  @Row({"10 waits", "10 all attempts used up"})
  void waits_areTwenty_between21Attempts() throws IOException {
    serve("/disk.img", raw());
    files.faults().add(Fault.on("GET", "/disk").always().then(Effect.answer(503)));

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.timer.sleeps()).isEqualTo(waits());
    assertThat(files.requests("GET", "/disk")).hasSize(21);
    assertThat(pod.error()).contains("503", "tried 20 times more");
    assertThat(registry.openUploadSessions()).isZero();
  }

  @Test
  @Row("10 waits")
  void waits_areTheSameForTheRegistry() throws IOException {
    serve("/disk.img", raw());
    registry.faults().add(Fault.on("POST", "/uploads/").always().then(Effect.answer(502)));

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.timer.sleeps()).isEqualTo(waits());
    assertThat(registry.server().requests("POST", "/uploads/")).hasSize(21);
    assertThat(pod.error()).contains("502", "tried 20 times more");
  }

  /** Ours: what has arrived stays, and any new byte starts the waits anew. */
  @Test
  @Row({"10 waits", "5.1 range"})
  void waits_beginAnew_withEveryByte() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    for (int cut = 1; cut <= 30; cut++) {
      files
          .faults()
          .add(Fault.on("GET", "/disk").nth(cut).afterResponseBytes(1000).then(Effect.CUT));
    }

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.timer.sleeps()).hasSizeGreaterThan(25).containsOnly(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 410})
  @Row({"10 source errors", "10 permanent error"})
  void sourceErrors_thatNothingMends_endThePod(int status) throws IOException {
    serve("/disk.img", raw());
    files.faults().add(Fault.on("GET", "/disk").always().then(Effect.answer(status)));

    assertThat(runInVain()).contains(Integer.toString(status));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  @Row("10 permanent error")
  void registryErrors_thatNothingMends_endThePod(int status) throws IOException {
    serve("/disk.img", raw());
    registry.faults().add(Fault.on("POST", "/uploads/").always().then(Effect.answer(status)));

    assertThat(runInVain()).contains(Integer.toString(status));
  }

  private void answerUploads(String method, String detail) {
    String error =
        "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\",\"detail\":%s}]}"
            .formatted(detail);
    registry
        .faults()
        .add(Fault.on(method, "/uploads/").always().then(Effect.answerJson(500, error)));
  }

  /** Three things together tell the controller: the registry's name, POST, and Go's Err:28. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "PUT"})
  @Row({"10 out of space", "10 no space", "10 registry errors"})
  void outOfSpace_isToldInTheContractsWords(String method) throws IOException {
    serve("/disk.img", raw());
    answerUploads(
        method,
        "{\"DriverName\":\"filesystem\",\"Enclosed\":{\"Op\":\"mkdir\",\"Path\":\"/var/lib/x\","
            + "\"Err\":28}}");

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.error())
        .contains(registry.authority())
        .contains("POST https://" + registry.authority() + "/v2/" + PodRun.TARGET)
        .containsPattern("Err:28\\D")
        .contains("map[DriverName:filesystem Enclosed:map[Err:28 Op:mkdir Path:/var/lib/x]]");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
  }

  /** However long the detail is, the needles stay in the 4095 bytes that are kept. */
  @Test
  @Row("10 out of space")
  void outOfSpace_isToldBeforeTheMessageIsCut() throws IOException {
    serve("/disk.img", raw());
    answerUploads(
        "POST",
        "{\"Enclosed\":{\"Err\":28,\"Path\":\"%s\"},\"A\":\"%s\"}"
            .formatted("/x".repeat(3000), "a".repeat(5000)));

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.error()).contains(registry.authority(), "POST").containsPattern("Err:28\\D");
  }

  /** Ours: a registry's own error may pass, and is tried again. */
  @Test
  @Row("10 unknown error")
  void unknownError_isTriedAgain() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    String error = "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"unknown error\"}]}";
    registry
        .faults()
        .add(Fault.on("POST", "/uploads/").times(3).then(Effect.answerJson(500, error)));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(pod.timer.sleeps()).hasSize(3);
  }

  /** Cut in its middle, an upload goes on; what is told at last is the cause. */
  @Test
  @Row("10 registry library")
  void upload_thatIsCut_goesOn() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    registry
        .faults()
        .add(Fault.on("PATCH", "/uploads/").afterRequestBytes(LENGTH / 2).then(Effect.RESET));

    runWell();

    assertThat(published()).isEqualTo(image);
    assertThat(registry.faults().happened()).isEqualTo(1);
    assertThat(files.requests("GET", "/disk")).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  @Row("10 registry library")
  void upload_thatNeverWorks_isToldWithItsCause() throws IOException {
    serve("/disk.img", raw());
    registry.faults().add(Fault.on("PATCH", "/uploads/").always().then(Effect.answer(503)));

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.error()).contains("503").doesNotContain("consumed");
  }

  /** An upload is left only for the next container of the pod, which goes on with it. */
  @Test
  @Row({"10 cancelled", "11.2 signal", "1 signals"})
  void cancelled_isTold_andTheNextContainerArrives() throws IOException {
    byte[] image = raw();
    serve("/disk.img", image);
    Thread importing = Thread.currentThread();
    CountDownLatch arrived = new CountDownLatch(1);
    registry
        .faults()
        .add(
            Fault.on("PATCH", "/uploads/")
                .afterRequestBytes(1000)
                .then(exchange -> arrived.countDown()));
    files
        .faults()
        .add(
            Fault.on("GET", "/disk")
                .afterResponseBytes(LENGTH / 2)
                .then(exchange -> {
                  await(arrived);
                  importing.interrupt();
                  exchange.stall();
                }));

    assertThat(pod.run()).isEqualTo(143);

    boolean ignored = Thread.interrupted(); // the next container has a thread of its own
    assertThat(pod.error()).contains("stopped");
    assertThat(registry.manifest(PodRun.TARGET, "uid")).isEmpty();
    assertThat(registry.openUploadSessions()).isLessThanOrEqualTo(1);
    runWell();
    assertThat(published()).isEqualTo(image);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whichever side broke off is named. */
  @Test
  @Row("10 error text")
  void errorText_namesTheSideThatFailed() throws IOException {
    serve("/disk.img", raw()).withoutRanges();
    files.faults().add(Fault.on("GET", "/disk").always().afterResponseBytes(0).then(Exchange::cut));

    assertThat(pod.run()).isEqualTo(75);

    assertThat(pod.error()).startsWith(files.uri("/disk.img") + " can't be read");
  }
}
