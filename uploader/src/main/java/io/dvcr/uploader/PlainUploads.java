package io.dvcr.uploader;

/** Uploads in one request, as {@code curl -T} sends them. What is cut is lost. */
final class PlainUploads {
  private final UploadDesk desk;

  PlainUploads(UploadDesk desk) {
    this.desk = desk;
  }

  /** Takes a request's body, unless it can be refused before it is sent. */
  void take(UploadExchange exchange) {
    desk.begin(exchange, false, exchange.length()).ifPresent(upload -> take(exchange, upload));
  }

  private void take(UploadExchange exchange, Upload upload) {
    var _ = upload.stream().append(exchange, 0, offset -> true);
    exchange.invite();
    var _ =
        upload
            .outcome()
            .whenComplete((report, failure) ->
                exchange.later(() -> exchange.answer(desk.answer(report, failure))));
  }
}
