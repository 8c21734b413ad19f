package io.dvcr.importer.pod;

import io.dvcr.importer.Checksums;
import io.dvcr.importer.LayerCompression;
import io.dvcr.importer.StoredForm;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.Reference;
import io.dvcr.registry.http.AddressRules;
import io.dvcr.registry.http.Proxies;
import io.dvcr.registry.http.Uris;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an importer pod is told by its environment.
 *
 * @param source what to import
 * @param sourceAccess how the source is reached
 * @param target where to, with its tag
 * @param targetAccess how the target is reached
 * @param headers lines of more header fields for a web server
 * @param checksums what is expected of the bytes received
 * @param form what lies in the layer
 * @param compression of the layer
 * @param addresses where a source may be
 * @param proxies on the way to sources and target
 * @param ownerUid the resource for whose sake this runs: label of all metrics of progress
 * @param report the resource that is told about progress
 */
record ImporterConfiguration(
    PodSource source,
    Access sourceAccess,
    Reference target,
    Access targetAccess,
    List<String> headers,
    Checksums checksums,
    StoredForm form,
    LayerCompression compression,
    AddressRules addresses,
    Proxies proxies,
    String ownerUid,
    Optional<ReportConfiguration> report) {

  /**
   * Loopback and link-local networks (RFC 6890), and the addresses at which clouds tell their
   * machines secrets: AWS over IPv6, Azure, Alibaba, Oracle; the others are link-local.
   */
  static final List<String> BLOCKED_BY_DEFAULT =
      List.of(
          "0.0.0.0/8",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "::1/128",
          "fe80::/10",
          "fd00:ec2::254/128",
          "168.63.129.16/32",
          "100.100.100.200/32",
          "192.0.0.192/32");

  /** What the artifact is to be, so that another configuration can be told from this one. */
  String result() {
    return form + " " + compression + " " + checksums.expected();
  }

  private static final String IMAGE_SCHEME = "docker://";

  /**
   * Reads all of it.
   *
   * @throws InvalidConfigurationException with every mistake
   */
  static ImporterConfiguration parse(Map<String, String> variables)
      throws InvalidConfigurationException {
    Environment environment = new Environment(variables);
    Optional<PodSource> source = source(environment);
    Optional<Reference> target =
        environment.required("IMPORTER_DESTINATION_ENDPOINT", ImporterConfiguration::target);
    ImporterConfiguration configuration =
        new ImporterConfiguration(
            source.orElseGet(PodSource.BlockDevice::new),
            sourceAccess(environment, source),
            target.orElseGet(() -> new Reference("", "", Optional.empty())),
            targetAccess(environment),
            environment.allOf("IMPORTER_EXTRA_HEADER_"),
            environment
                .value("IMPORTER_CHECKSUMS", ImporterConfiguration::checksums)
                .orElseGet(Checksums::none),
            environment.choice("IMPORTER_STORE", StoredForm.class).orElse(StoredForm.AS_RECEIVED),
            environment
                .choice("IMPORTER_LAYER_COMPRESSION", LayerCompression.class)
                .orElse(LayerCompression.NONE),
            addresses(environment),
            proxies(environment, variables),
            environment.text("OWNER_UID").orElse(""),
            ReportConfiguration.of(environment));
    if (!environment.problems().isEmpty()) {
      throw new InvalidConfigurationException(environment.problems());
    }
    return configuration;
  }

  private static Optional<PodSource> source(Environment environment) {
    String type = environment.text("IMPORTER_SOURCE").orElse("");
    String endpoint = "IMPORTER_ENDPOINT";
    return switch (type) {
      case "http" -> environment.required(endpoint, text -> new PodSource.Http(web(text)));
      case "registry" ->
          environment.required(endpoint, text -> new PodSource.Registry(image(text)));
      case "dvcr" ->
          environment.required(endpoint, text -> new PodSource.Dvcr(Reference.parse(text)));
      case "blockDevice" -> Optional.of(new PodSource.BlockDevice());
      case "filesystem" -> Optional.of(new PodSource.FileSystem());
      case "" -> {
        environment.problem("IMPORTER_SOURCE is not set");
        yield Optional.empty();
      }
      default -> {
        environment.problem("IMPORTER_SOURCE: unknown source type: " + type);
        yield Optional.empty();
      }
    };
  }

  private static URI web(String text) {
    URI uri = Uris.parse(text);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("it is no http or https URL");
    }
    if (Uris.host(uri).isEmpty()) {
      throw new IllegalArgumentException("the URL has no host");
    }
    return uri;
  }

  private static Reference image(String text) {
    if (!text.startsWith(IMAGE_SCHEME)) {
      throw new IllegalArgumentException("it does not begin with " + IMAGE_SCHEME);
    }
    return Reference.parse(text.substring(IMAGE_SCHEME.length()));
  }

  private static Reference target(String text) {
    Reference target = Reference.parse(text);
    if (target.tag().filter(tag -> !tag.contains(":")).isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" names no tag");
    }
    return target;
  }

  private static Checksums checksums(String text) {
    return Checksums.parse(List.of(text.split(",")));
  }

  private static Access sourceAccess(Environment environment, Optional<PodSource> source) {
    Optional<Credentials> inUrl =
        source
            .filter(PodSource.Http.class::isInstance)
            .map(PodSource.Http.class::cast)
            .flatMap(web -> credentials(web.uri()));
    return new Access(
        Access.credentials(environment, "IMPORTER_ACCESS_KEY_ID", "IMPORTER_SECRET_KEY")
            .or(() -> inUrl),
        environment.value("IMPORTER_AUTH_CONFIG", Path::of),
        environment.value("IMPORTER_CERT_DIR", Path::of),
        environment.flag("INSECURE_TLS"));
  }

  private static Access targetAccess(Environment environment) {
    return new Access(
        Access.credentials(
            environment, "IMPORTER_DESTINATION_ACCESS_KEY_ID", "IMPORTER_DESTINATION_SECRET_KEY"),
        environment.value("IMPORTER_DESTINATION_AUTH_CONFIG", Path::of),
        Optional.empty(),
        environment.flag("DESTINATION_INSECURE_TLS"));
  }

  /** RFC 3986, section 3.2.1, as Go's client uses it. */
  private static Optional<Credentials> credentials(URI uri) {
    String pair = uri.getUserInfo();
    int colon = pair == null ? -1 : pair.indexOf(':');
    return pair == null || colon <= 0
        ? Optional.empty()
        : Optional.of(new Credentials(pair.substring(0, colon), pair.substring(colon + 1)));
  }

  private static AddressRules addresses(Environment environment) {
    List<String> blocked = new ArrayList<>(BLOCKED_BY_DEFAULT);
    blocked.addAll(networks(environment, "IMPORTER_BLOCK_ADDRESSES"));
    return AddressRules.of(blocked, networks(environment, "IMPORTER_ALLOW_ADDRESSES"));
  }

  private static List<String> networks(Environment environment, String key) {
    List<String> networks = new ArrayList<>();
    for (String network : environment.list(key)) {
      try {
        AddressRules.of(List.of(network), List.of());
        networks.add(network);
      } catch (IllegalArgumentException e) {
        environment.problem(key + ": " + e.getMessage());
      }
    }
    return networks;
  }

  private static Proxies proxies(Environment environment, Map<String, String> variables) {
    try {
      return Proxies.of(variables);
    } catch (IllegalArgumentException e) {
      environment.problem(String.valueOf(e.getMessage()));
      return Proxies.NONE;
    }
  }
}
