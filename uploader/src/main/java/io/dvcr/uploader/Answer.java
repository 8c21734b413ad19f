package io.dvcr.uploader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.contract.ImportFailure;
import io.dvcr.contract.ImportReport;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client is told: a status, and a few words for people or JSON for programs. Failures are
 * problem details then (RFC 9457).
 *
 * @param fields of the response
 */
record Answer(int status, Map<String, String> fields, String text, Object json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROBLEM = "application/problem+json";

  /** It is in the repository. */
  static Answer stored(ImportReport report) {
    return new Answer(
        200,
        Map.of(),
        """
        stored as %s
        %s, virtual size %d bytes, stored size %d bytes
        %s
        """
            .formatted(
                report.reference(),
                report.format(),
                report.virtualSize(),
                report.storedSize(),
                report.manifest().digest()),
        report);
  }

  /** It was not stored. */
  static Answer failed(int status, ImportFailure failure) {
    Map<String, Object> problem = problem(status, failure.message());
    problem.put("reason", failure.reason());
    if (failure.rule() != null) {
      problem.put("rule", failure.rule());
    }
    if (failure.offset() != null) {
      problem.put("offset", failure.offset());
    }
    problem.put("retryable", failure.retryable());
    return new Answer(status, Map.of(), failure.message() + "\n", problem);
  }

  /** The request itself was not accepted. */
  static Answer refused(int status, String sentence) {
    return refused(status, sentence, Map.of());
  }

  /**
   * @param more members of the problem
   */
  static Answer refused(int status, String sentence, Map<String, ?> more) {
    Map<String, Object> problem = problem(status, sentence);
    problem.putAll(more);
    return new Answer(status, Map.of(), sentence + "\n", problem);
  }

  /** A status and no more. */
  static Answer of(int status) {
    return new Answer(status, Map.of(), "", Map.of());
  }

  private static Map<String, Object> problem(int status, String sentence) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("title", "the upload failed");
    problem.put("status", status);
    problem.put("detail", sentence);
    return problem;
  }

  /** The same with one more field. */
  Answer with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new Answer(status, more, text, json);
  }

  /** Answers a request; on its event loop. */
  void to(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    fields.forEach(response::putHeader);
    if (text.isEmpty()) {
      var _ = response.end();
      return;
    }
    boolean program = prefersJson(request);
    response.putHeader(
        "Content-Type",
        program ? status < 400 ? "application/json" : PROBLEM : "text/plain; charset=utf-8");
    var _ = response.end(program ? toJson() : text);
  }

  private static boolean prefersJson(HttpServerRequest request) {
    String accept = request.getHeader("Accept");
    return accept != null && accept.contains("json");
  }

  private String toJson() {
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
