package io.dvcr.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pulling and deleting blobs (OCI distribution spec, end-2 and end-10). */
record BlobRoutes(StoredRepository repository, MemoryRegistryOptions options) {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");
  private static final int PIECE_BYTES = 16 << 10;

  void answer(Exchange exchange, String digest) throws IOException {
    byte[] blob = repository.blobs().get(digest);
    if (blob == null) {
      throw new RegistryError(404, "BLOB_UNKNOWN", digest);
    }
    switch (exchange.request().method()) {
      case "GET", "HEAD" -> send(exchange, digest, blob);
      case "DELETE" -> {
        if (!options.deletes()) {
          throw new RegistryError(405, "UNSUPPORTED", "deleting is not allowed");
        }
        repository.blobs().remove(digest);
        exchange.answer(202, Map.of(), new byte[0]);
      }
      default -> throw new RegistryError(405, "UNSUPPORTED", exchange.request().method());
    }
  }

  private static void send(Exchange exchange, String digest, byte[] blob) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Docker-Content-Digest", digest);
    headers.put("ETag", "\"" + digest + "\"");
    headers.put("Accept-Ranges", "bytes");
    Matcher range = RANGE.matcher(exchange.request().header("Range").orElse(""));
    if (!range.matches()) {
      write(exchange, 200, headers, blob);
      return;
    }
    long first = Long.parseLong(range.group(1));
    long last =
        range.group(2).isEmpty()
            ? blob.length - 1L
            : Math.min(blob.length - 1L, Long.parseLong(range.group(2)));
    if (first > last) {
      headers.put("Content-Range", "bytes */" + blob.length);
      exchange.answer(416, headers, new byte[0]);
      return;
    }
    headers.put("Content-Range", "bytes " + first + "-" + last + "/" + blob.length);
    write(exchange, 206, headers, Arrays.copyOfRange(blob, (int) first, (int) last + 1));
  }

  private static void write(
      Exchange exchange, int status, Map<String, String> headers, byte[] bytes) throws IOException {
    try (OutputStream out = exchange.start(status, headers, OptionalLong.of(bytes.length))) {
      boolean head = exchange.request().method().equals("HEAD");
      for (int sent = 0; !head && sent < bytes.length; sent += PIECE_BYTES) {
        out.write(bytes, sent, Math.min(PIECE_BYTES, bytes.length - sent));
      }
    }
  }
}
