package io.dvcr.testbed;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer that refuses, in the form of the OCI distribution spec, "Error Codes". */
final class RegistryError extends IOException {
  private static final long serialVersionUID = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final String code;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  RegistryError(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  RegistryError with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  void answer(Exchange exchange) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/json");
    Map<String, String> error = Map.of("code", code, "message", String.valueOf(getMessage()));
    String body = JSON.writeValueAsString(Map.of("errors", List.of(error)));
    exchange.answer(status, all, body.getBytes(StandardCharsets.UTF_8));
  }
}
