package io.dvcr.uploader;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Uploads that can be continued, as tus has them (tus resumable upload protocol 1.0.0): core,
 * creation, creation-with-upload, creation-defer-length and termination.
 */
final class TusUploads {
  static final String VERSION = "1.0.0";
  private static final String RESUMABLE = "Tus-Resumable";
  private static final String OFFSET = "Upload-Offset";
  private static final String LENGTH = "Upload-Length";
  private static final String DEFER = "Upload-Defer-Length";
  private static final String PART = "application/offset+octet-stream";
  private static final String EXTENSIONS = "creation,creation-with-upload,termination";

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;
  private static final int PRECONDITION_FAILED = 412;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  private final UploadServerOptions options;
  private final UploadDesk desk;
  private final UploadLocation location;

  TusUploads(UploadServerOptions options, UploadDesk desk, UploadLocation location) {
    this.options = options;
    this.desk = desk;
    this.location = location;
  }

  static boolean isMeant(UploadExchange exchange) {
    return exchange.header(RESUMABLE).isPresent();
  }

  /** What a client that asks with {@code OPTIONS} is told. */
  Answer capabilities(Answer answer) {
    Answer told =
        answer
            .with(RESUMABLE, VERSION)
            .with("Tus-Version", VERSION)
            .with("Tus-Extension", EXTENSIONS);
    return options.maxSize() == Long.MAX_VALUE
        ? told
        : told.with("Tus-Max-Size", Long.toString(options.maxSize()));
  }

  /**
   * @param known the upload that the request names, if there is one
   */
  void handle(UploadExchange exchange, Optional<Upload> known) {
    String method = exchange.header("X-HTTP-Method-Override").orElse(exchange.method());
    if (exchange.header(RESUMABLE).filter(VERSION::equals).isEmpty()) {
      exchange.answer(
          Answer.refused(PRECONDITION_FAILED, "this server speaks tus " + VERSION)
              .with("Tus-Version", VERSION));
    } else if (method.equals("POST")) {
      create(exchange);
    } else if (known.isEmpty()) {
      answer(exchange, Answer.refused(NOT_FOUND, "there is no such upload; begin a new one"));
    } else {
      switch (method) {
        case "HEAD" -> tell(exchange, known.get());
        case "PATCH" -> append(exchange, known.get());
        case "DELETE" -> cancel(exchange, known.get());
        default -> answer(exchange, Answer.refused(NOT_FOUND, "tus has no " + method));
      }
    }
  }

  private static void answer(UploadExchange exchange, Answer answer) {
    exchange.answer(answer.with(RESUMABLE, VERSION));
  }

  /** Creation, and creation with upload. */
  private void create(UploadExchange exchange) {
    OptionalLong length = StructuredField.integer(exchange.header(LENGTH));
    if (length.isEmpty()) {
      answer(
          exchange,
          Answer.refused(BAD_REQUEST, LENGTH + " is missing; " + DEFER + " is not known"));
      return;
    }
    desk.begin(exchange, true, length)
        .ifPresent(upload -> {
          Answer created = Answer.of(CREATED).with("Location", location.of(upload, exchange));
          boolean withPart = exchange.header("Content-Type").filter(PART::equals).isPresent();
          if (withPart && exchange.length().orElse(1) > 0) {
            append(exchange, upload, 0, created);
          } else {
            answer(exchange, created.with(OFFSET, "0"));
          }
        });
  }

  private static void tell(UploadExchange exchange, Upload upload) {
    var _ =
        upload.stream()
            .settle()
            .thenAccept(offset -> exchange.later(() -> answer(exchange, state(upload, offset))));
  }

  private static Answer state(Upload upload, long offset) {
    if (!upload.stream().complete() && upload.outcome().isDone()) {
      return Answer.refused(GONE, "this upload has failed; begin a new one");
    }
    return Answer.of(OK)
        .with(OFFSET, Long.toString(offset))
        .with(LENGTH, Long.toString(upload.length().orElse(0)))
        .with("Cache-Control", "no-store");
  }

  private void append(UploadExchange exchange, Upload upload) {
    OptionalLong offset = StructuredField.integer(exchange.header(OFFSET));
    if (exchange.header("Content-Type").filter(PART::equals).isEmpty()) {
      answer(
          exchange,
          Answer.refused(UNSUPPORTED_MEDIA_TYPE, "what is appended has the type " + PART));
    } else if (offset.isEmpty()) {
      answer(exchange, Answer.refused(BAD_REQUEST, OFFSET + " is missing"));
    } else {
      var _ =
          upload.stream()
              .settle()
              .thenAccept(settled ->
                  exchange.later(
                      () -> append(exchange, upload, offset.getAsLong(), Answer.of(NO_CONTENT))));
    }
  }

  private void append(UploadExchange exchange, Upload upload, long from, Answer done) {
    long length = upload.length().orElse(0);
    var taken = upload.stream().append(exchange, from, offset -> offset == length);
    if (taken.isEmpty()) {
      long offset = upload.stream().offset();
      answer(
          exchange,
          Answer.refused(
                  CONFLICT, "the upload goes on at byte %d, not at %d".formatted(offset, from))
              .with(OFFSET, Long.toString(offset)));
      return;
    }
    exchange.invite();
    var _ =
        taken
            .get()
            .thenAccept(offset -> {
              if (offset < length) {
                exchange.later(() -> answer(exchange, done.with(OFFSET, Long.toString(offset))));
              }
            });
    var _ =
        upload
            .outcome()
            .whenComplete((report, failure) ->
                exchange.later(() ->
                    answer(
                        exchange,
                        report == null
                            ? desk.answer(null, failure)
                            : done.with(OFFSET, Long.toString(length)))));
  }

  private static void cancel(UploadExchange exchange, Upload upload) {
    upload.abandon();
    var _ =
        upload
            .outcome()
            .whenComplete(
                (report, failure) -> exchange.later(() -> answer(exchange, Answer.of(NO_CONTENT))));
  }
}
