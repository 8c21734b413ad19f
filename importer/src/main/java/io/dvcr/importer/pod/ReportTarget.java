package io.dvcr.importer.pod;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The resource that a pod reports to.
 *
 * @param namespace none for a kind of the whole cluster
 * @param uid which of all that ever had this name
 */
public record ReportTarget(Kind kind, Optional<String> namespace, String name, String uid) {
  private static final String API_VERSION = "virtualization.deckhouse.io/v1alpha2";

  /** The kinds that images are. */
  enum Kind {
    VIRTUAL_IMAGE("virtualimages", "VirtualImage", true),
    CLUSTER_VIRTUAL_IMAGE("clustervirtualimages", "ClusterVirtualImage", false);

    private final String plural;
    private final String kind;
    private final boolean namespaced;

    Kind(String plural, String kind, boolean namespaced) {
      this.plural = plural;
      this.kind = kind;
      this.namespaced = namespaced;
    }
  }

  /** Labels of RFC 1123, as Kubernetes wants them of namespaces; with dots, of other names. */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private static final Pattern NAME = Pattern.compile("(" + LABEL + ")(\\.(" + LABEL + "))*");
  private static final int LONGEST_NAME = 253;

  /**
   * Reads {@code virtualimages/<namespace>/<name>} or {@code clustervirtualimages/<name>}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static ReportTarget parse(String resource, String uid) {
    String[] parts = resource.split("/", -1);
    for (Kind kind : Kind.values()) {
      if (kind.plural.equals(parts[0]) && parts.length == (kind.namespaced ? 3 : 2)) {
        String name = parts[parts.length - 1];
        Optional<String> namespace =
            kind.namespaced ? Optional.of(parts[1]) : Optional.<String>empty();
        if (named(name) && namespace.stream().allMatch(LABEL.asMatchPredicate())) {
          return new ReportTarget(kind, namespace, name, uid);
        }
      }
    }
    throw new IllegalArgumentException(
        "\""
            + resource
            + "\" is neither virtualimages/<namespace>/<name> nor clustervirtualimages/<name>");
  }

  private static boolean named(String name) {
    return name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
  }

  String apiVersion() {
    return API_VERSION;
  }

  String kindName() {
    return kind.kind;
  }

  /** Of the status subresource, below the API server's root. */
  String statusPath() {
    return "/apis/"
        + API_VERSION
        + namespace.map(space -> "/namespaces/" + space).orElse("")
        + "/"
        + kind.plural
        + "/"
        + name
        + "/status";
  }

  /** As it was configured. */
  @Override
  public String toString() {
    return kind.plural + "/" + namespace.map(space -> space + "/").orElse("") + name;
  }
}
