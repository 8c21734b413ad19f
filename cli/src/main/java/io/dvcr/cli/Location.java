package io.dvcr.cli;

import io.dvcr.registry.Reference;
import io.dvcr.registry.http.Uris;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A source or target as it is written on the command line. */
sealed interface Location {
  /** {@code http://…} or {@code https://…}. */
  record Web(URI uri) implements Location {}

  /** {@code docker://host/repository[:tag|@digest]}. */
  record Registry(Reference reference) implements Location {}

  /** {@code oci:FOLDER[:TAG]}. */
  record Layout(Path folder, Optional<String> tag) implements Location {}

  /** A file or a block device. */
  record Local(Path path) implements Location {}

  /** {@code -}. */
  record StandardInput() implements Location {}

  /**
   * Reads a source.
   *
   * @throws IllegalArgumentException if it can't be one; the message says why
   */
  static Location source(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    if (text.equals("-")) {
      return new StandardInput();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      return new Web(uri(text));
    }
    if (text.startsWith("docker://")) {
      return registry(text.substring("docker://".length()));
    }
    if (text.startsWith("oci:")) {
      return layout(text.substring("oci:".length()));
    }
    if (text.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*")) {
      throw new IllegalArgumentException(
          "\""
              + text.substring(0, text.indexOf(':'))
              + ":\" is not supported, only http, https,"
              + " docker, oci:FOLDER, a file and -");
    }
    return new Local(Path.of(text));
  }

  /**
   * Reads a target: a registry or a layout folder.
   *
   * @throws IllegalArgumentException if it can't be one; the message says why
   */
  static Location target(String text) {
    if (text.startsWith("docker://")) {
      return registry(text.substring("docker://".length()));
    }
    if (text.startsWith("oci:")) {
      return layout(text.substring("oci:".length()));
    }
    if (startsWithHost(text)) {
      return registry(text);
    }
    boolean folder = text.startsWith("/") || text.startsWith(".");
    throw new IllegalArgumentException(
        "\"%s\" is no target, write %s"
            .formatted(
                text,
                folder
                    ? "oci:" + text + " for a folder"
                    : "docker://host/repository[:tag] or oci:FOLDER[:TAG]"));
  }

  /** Docker's rule: what stands before the first slash has a dot or a port, or is localhost. */
  static boolean startsWithHost(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? "" : text.substring(0, slash);
    boolean name = host.contains(".") || host.contains(":") || host.equals("localhost");
    return name && !host.matches("\\.+");
  }

  private static URI uri(String text) {
    URI uri = Uris.parse(text);
    if (Uris.host(uri).isEmpty()) {
      throw new IllegalArgumentException("the URL has no host");
    }
    if (Uris.port(uri) > 65_535) {
      throw new IllegalArgumentException("there is no port " + Uris.port(uri));
    }
    if (uri.getRawAuthority().contains("@")) {
      throw new IllegalArgumentException(
          "a URL with a user in it is seen by everybody on this machine; use --user and"
              + " --password-file or DVCR_SOURCE_PASSWORD");
    }
    return uri;
  }

  private static Registry registry(String text) {
    return new Registry(Reference.parse(text));
  }

  /** The last colon separates a tag, unless a path goes on behind it. */
  private static Layout layout(String text) {
    int colon = text.lastIndexOf(':');
    boolean tagged = colon >= 0 && text.indexOf('/', colon) < 0;
    String folder = tagged ? text.substring(0, colon) : text;
    String tag = tagged ? text.substring(colon + 1) : "";
    if (folder.isEmpty()) {
      throw new IllegalArgumentException("oci: needs a folder");
    }
    if (tagged) {
      tag(tag);
    }
    return new Layout(Path.of(folder), tag.isEmpty() ? Optional.empty() : Optional.of(tag));
  }

  /**
   * The text, if it can be a tag (OCI distribution spec, "Pulling manifests").
   *
   * @throws IllegalArgumentException if it can't
   */
  static String tag(String text) {
    if (!text.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException("\"" + text + "\" is no tag");
    }
    return text;
  }
}
