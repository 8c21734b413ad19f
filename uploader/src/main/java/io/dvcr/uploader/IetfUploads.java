package io.dvcr.uploader;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Uploads that can be continued, as the HTTP working group has them
 * (draft-ietf-httpbis-resumable-upload-12, interop version 9).
 */
final class IetfUploads {
  static final String COMPLETE = "Upload-Complete";
  static final String OFFSET = "Upload-Offset";
  static final String LENGTH = "Upload-Length";
  static final String LIMIT = "Upload-Limit";
  static final String PARTIAL = "application/partial-upload";

  private static final String PROBLEMS = "https://iana.org/assignments/http-problem-types#";
  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  private final UploadServerOptions options;
  private final UploadDesk desk;
  private final UploadLocation location;

  IetfUploads(UploadServerOptions options, UploadDesk desk, UploadLocation location) {
    this.options = options;
    this.desk = desk;
    this.location = location;
  }

  /** Whether a request that names no upload wants to begin one (section 4.2). */
  static boolean isMeant(UploadExchange exchange) {
    return StructuredField.bool(exchange.header(COMPLETE)).isPresent();
  }

  /** Upload Creation, section 4.2. */
  void create(UploadExchange exchange) {
    boolean whole = StructuredField.bool(exchange.header(COMPLETE)).orElseThrow();
    OptionalLong announced = StructuredField.integer(exchange.header(LENGTH));
    OptionalLong length = whole && exchange.length().isPresent() ? exchange.length() : announced;
    if (announced.isPresent() && !announced.equals(length)) {
      exchange.answer(inconsistent());
      return;
    }
    desk.begin(exchange, true, length)
        .ifPresent(upload -> {
          String where = location.of(upload, exchange);
          exchange.announce(Map.of("Location", where, LIMIT, limits()));
          Answer created =
              Answer.of(CREATED).with("Location", where).with(LIMIT, limits()).with(COMPLETE, "?0");
          append(exchange, upload, 0, whole, created);
        });
  }

  /** Offset Retrieval, section 4.3. */
  void tell(UploadExchange exchange, Optional<Upload> known) {
    if (known.isEmpty()) {
      exchange.answer(noSuchUpload());
      return;
    }
    Upload upload = known.get();
    var _ =
        upload.stream()
            .settle()
            .thenAccept(offset -> exchange.later(() -> exchange.answer(state(upload, offset))));
  }

  private Answer state(Upload upload, long offset) {
    boolean complete = upload.stream().complete();
    if (!complete && upload.outcome().isDone()) {
      return Answer.refused(GONE, "this upload has failed; begin a new one");
    }
    Answer state =
        Answer.of(NO_CONTENT)
            .with(OFFSET, Long.toString(offset))
            .with(COMPLETE, complete ? "?1" : "?0")
            .with(LIMIT, limits())
            .with("Cache-Control", "no-store");
    return upload.length().isPresent()
        ? state.with(LENGTH, Long.toString(upload.length().getAsLong()))
        : state;
  }

  /** Upload Append, section 4.4. */
  void append(UploadExchange exchange, Optional<Upload> known) {
    OptionalLong offset = StructuredField.integer(exchange.header(OFFSET));
    Optional<Boolean> last = StructuredField.bool(exchange.header(COMPLETE));
    if (known.isEmpty()) {
      exchange.answer(noSuchUpload());
    } else if (exchange.header("Content-Type").filter(PARTIAL::equals).isEmpty()) {
      exchange.answer(
          Answer.refused(UNSUPPORTED_MEDIA_TYPE, "what is appended has the type " + PARTIAL)
              .with("Accept-Patch", PARTIAL));
    } else if (offset.isEmpty() || last.isEmpty()) {
      exchange.answer(
          Answer.refused(BAD_REQUEST, "appending needs " + OFFSET + " and " + COMPLETE));
    } else {
      Upload upload = known.get();
      var _ =
          upload.stream()
              .settle()
              .thenAccept(settled ->
                  exchange.later(() ->
                      append(
                          exchange,
                          upload,
                          offset.getAsLong(),
                          last.get(),
                          Answer.of(NO_CONTENT).with(COMPLETE, "?0"))));
    }
  }

  /**
   * @param whole whether the upload is complete with this request
   * @param partly the answer if it is not
   */
  private void append(
      UploadExchange exchange, Upload upload, long from, boolean whole, Answer partly) {
    OptionalLong behind =
        exchange.length().isPresent()
            ? OptionalLong.of(from + exchange.length().getAsLong())
            : OptionalLong.empty();
    long length = upload.length().orElse(Long.MAX_VALUE);
    if (upload.stream().complete()) {
      exchange.answer(problem(BAD_REQUEST, "completed-upload", "the upload is complete already"));
      return;
    }
    boolean tooShort = whole && upload.length().isPresent() && behind.orElse(length) != length;
    if (behind.orElse(0) > length || tooShort) {
      exchange.answer(inconsistent());
      return;
    }
    var taken = upload.stream().append(exchange, from, offset -> whole);
    if (taken.isEmpty()) {
      exchange.answer(mismatch(from, upload.stream().offset()));
      return;
    }
    exchange.invite();
    if (!whole) {
      var _ =
          taken
              .get()
              .thenAccept(offset ->
                  exchange.later(
                      () -> exchange.answer(partly.with(OFFSET, Long.toString(offset)))));
    }
    var _ =
        upload
            .outcome()
            .whenComplete((report, failure) ->
                exchange.later(() -> {
                  Answer end = desk.answer(report, failure);
                  exchange.answer(upload.stream().complete() ? end.with(COMPLETE, "?1") : end);
                }));
  }

  /** Upload Cancellation, section 4.5. */
  void cancel(UploadExchange exchange, Optional<Upload> known) {
    if (known.isEmpty()) {
      exchange.answer(noSuchUpload());
      return;
    }
    known.get().abandon();
    var _ =
        known
            .get()
            .outcome()
            .whenComplete(
                (report, failure) -> exchange.later(() -> exchange.answer(Answer.of(NO_CONTENT))));
  }

  /** What a client that asks with {@code OPTIONS} is told (section 4.1.4). */
  Answer capabilities(Answer answer) {
    return answer.with("Accept-Patch", PARTIAL).with(LIMIT, limits());
  }

  /** Upload limits, section 4.1.4. */
  private String limits() {
    String age = "max-age=" + options.keep().toSeconds();
    // An Integer of RFC 9651 has 15 digits at most.
    return options.maxSize() < 1_000_000_000_000_000L
        ? "max-size=" + options.maxSize() + ", " + age
        : age;
  }

  private static Answer noSuchUpload() {
    return Answer.refused(NOT_FOUND, "there is no such upload; begin a new one");
  }

  private static Answer inconsistent() {
    return problem(
        BAD_REQUEST,
        "inconsistent-upload-length",
        "the lengths that were told contradict each other");
  }

  private static Answer mismatch(long provided, long expected) {
    String sentence = "the upload goes on at byte %d, not at %d".formatted(expected, provided);
    return Answer.refused(
            CONFLICT,
            sentence,
            Map.of(
                "type",
                PROBLEMS + "mismatching-upload-offset",
                "expected-offset",
                expected,
                "provided-offset",
                provided))
        .with(OFFSET, Long.toString(expected));
  }

  private static Answer problem(int status, String type, String sentence) {
    return Answer.refused(status, sentence, Map.of("type", PROBLEMS + type));
  }
}
