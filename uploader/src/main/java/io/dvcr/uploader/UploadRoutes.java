package io.dvcr.uploader;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Which way of uploading a request means: all share one path. */
final class UploadRoutes {
  private static final Answer NO_SUCH_PAGE = Answer.refused(404, "404 page not found");
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  private static final Answer OTHER_CLIENT =
      Answer.refused(403, "this certificate's common name may not upload; use the right one");

  private final UploadServerOptions options;
  private final Optional<ClientName> clientName;
  private final PlainUploads plain;
  private final IetfUploads ietf;
  private final TusUploads tus;
  private final UploadDesk desk;

  UploadRoutes(UploadServerOptions options, UploadDesk desk) {
    UploadLocation location = new UploadLocation(options.publicUrl());
    this.options = options;
    this.clientName = options.tls().flatMap(ServerTls::clientName).map(ClientName::new);
    this.desk = desk;
    this.plain = new PlainUploads(desk);
    this.ietf = new IetfUploads(options, desk, location);
    this.tus = new TusUploads(options, desk, location);
  }

  void handle(HttpServerRequest request, UploadExchange exchange) {
    Optional<String> id = exchange.parameter(UploadLocation.PARAMETER);
    if (clientName.filter(name -> !name.isOf(request)).isPresent()) {
      exchange.answer(OTHER_CLIENT);
    } else if (!options.path().equals(request.path())) {
      exchange.answer(NO_SUCH_PAGE);
    } else if (exchange.method().equals("GET")) {
      exchange.answer(Answer.of(OK));
    } else if (exchange.method().equals("OPTIONS")) {
      exchange.answer(ietf.capabilities(tus.capabilities(Answer.of(NO_CONTENT))));
    } else if (TusUploads.isMeant(exchange)) {
      tus.handle(exchange, id.flatMap(desk::find));
    } else if (id.isPresent()) {
      continued(exchange, desk.find(id.get()));
    } else if (begins(exchange.method())) {
      if (IetfUploads.isMeant(exchange)) {
        ietf.create(exchange);
      } else {
        plain.take(exchange);
      }
    } else {
      exchange.answer(NO_SUCH_PAGE);
    }
  }

  private static boolean begins(String method) {
    return method.equals("PUT") || method.equals("POST");
  }

  private void continued(UploadExchange exchange, Optional<Upload> upload) {
    switch (exchange.method()) {
      case "HEAD" -> ietf.tell(exchange, upload);
      case "PATCH" -> ietf.append(exchange, upload);
      case "DELETE" -> ietf.cancel(exchange, upload);
      default -> exchange.answer(NO_SUCH_PAGE);
    }
  }
}
