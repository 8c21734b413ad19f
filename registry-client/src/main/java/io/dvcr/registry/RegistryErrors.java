package io.dvcr.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dvcr.registry.RegistryException.Kind;
import io.dvcr.registry.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a registry says of a request that it refused (OCI distribution spec, "Error Codes").
 */
final class RegistryErrors {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough for any error document; more is not read. */
  private static final int MAX_BODY = 64 << 10;

  /** The first words of an answer that is no such document. */
  private static final int MAX_MESSAGE = 200;

  private RegistryErrors() {}

  static RegistryException from(String action, HttpResponse response) {
    int status = response.status();
    JsonNode error = JSON.createObjectNode();
    String text = "";
    try (response) {
      byte[] body = response.bodyUpTo(MAX_BODY);
      text = new String(body, StandardCharsets.UTF_8);
      JsonNode document = JSON.readTree(body);
      error = document == null ? error : document.path("errors").path(0);
    } catch (IOException notAnErrorDocument) {
      // The status alone has to do; the text below says what came.
    }
    String code = error.path("code").asText("");
    String detail = error.path("detail").isMissingNode() ? "" : error.path("detail").toString();
    String message = error.path("message").asText("");
    if (code.isEmpty() && message.isEmpty()) {
      message = firstWords(text);
    }
    return new RegistryException(
            kind(status, detail), action, status, code, said(status, code, message))
        .withDetail(detail)
        .withRetryAfter(response.retryAfter());
  }

  private static Kind kind(int status, String detail) {
    // ENOSPC is number 28; distribution's filesystem driver passes it on in the detail.
    boolean full = status == 507 || detail.contains("\"Err\":28") || detail.contains("no space");
    if (full) {
      return Kind.FULL;
    }
    return switch (status) {
      case 401, 403 -> Kind.UNAUTHORIZED;
      case 404 -> Kind.NOT_FOUND;
      case 408, 416, 425, 429 -> Kind.UNAVAILABLE;
      default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REJECTED;
    };
  }

  private static String said(int status, String code, String message) {
    StringBuilder said = new StringBuilder("the registry answered ").append(status);
    if (!code.isEmpty()) {
      said.append(' ').append(code);
    }
    if (!message.isBlank()) {
      said.append(": ").append(message.strip());
    }
    return said.toString();
  }

  private static String firstWords(String text) {
    String line = text.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ").strip();
    return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + "…" : line;
  }
}
