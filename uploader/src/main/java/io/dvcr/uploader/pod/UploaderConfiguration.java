package io.dvcr.uploader.pod;

import io.dvcr.importer.Checksums;
import io.dvcr.importer.LayerCompression;
import io.dvcr.importer.StoredForm;
import io.dvcr.importer.pod.Access;
import io.dvcr.importer.pod.Environment;
import io.dvcr.importer.pod.InvalidConfigurationException;
import io.dvcr.importer.pod.ReportConfiguration;
import io.dvcr.registry.Reference;
import io.dvcr.registry.http.Proxies;
import io.dvcr.registry.http.Uris;
import io.dvcr.uploader.ServerTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an uploader pod is told by its flags and its environment.
 *
 * @param listen where uploads are taken
 * @param health where the process says that it is well
 * @param tls of uploads; plain HTTP without it
 * @param target where to, with its tag
 * @param targetAccess how the target is reached
 * @param checksums what is expected of the bytes received
 * @param form what lies in the layer
 * @param compression of the layer
 * @param publicUrl of uploads, as clients see it
 * @param idleLimit how long a client may send nothing
 * @param keep how long an upload that was cut waits to be continued
 * @param maxSize bytes of a file at most
 * @param proxies on the way to the target
 * @param ownerUid the resource for whose sake this runs: label of all metrics of progress
 * @param report the resource that is told about progress
 */
record UploaderConfiguration(
    InetSocketAddress listen,
    InetSocketAddress health,
    Optional<ServerTls> tls,
    Reference target,
    Access targetAccess,
    Checksums checksums,
    StoredForm form,
    LayerCompression compression,
    Optional<String> publicUrl,
    Duration idleLimit,
    Duration keep,
    long maxSize,
    Proxies proxies,
    String ownerUid,
    Optional<ReportConfiguration> report) {
  private static final int UPLOAD_PORT = 8444;
  private static final int HEALTH_PORT = 8080;
  private static final String ALL_ADDRESSES = "0.0.0.0";

  /** As long as an importer waits for a slow source. */
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(10);

  /** Long enough for a person to come back to a laptop; meanwhile nobody else can upload. */
  private static final Duration KEEP = Duration.ofMinutes(30);

  /**
   * Reads all of it.
   *
   * @throws InvalidConfigurationException with every mistake
   */
  static UploaderConfiguration parse(Map<String, String> variables, String... arguments)
      throws InvalidConfigurationException {
    UploaderFlags flags = new UploaderFlags(arguments);
    Map<String, String> all = flags.over(variables);
    Environment environment = new Environment(all);
    Optional<Reference> target =
        environment.required("UPLOADER_DESTINATION_ENDPOINT", UploaderConfiguration::target);
    int healthPort = number(environment, "HEALTHZ_PORT", HEALTH_PORT);
    UploaderConfiguration configuration =
        new UploaderConfiguration(
            address(environment, number(environment, "LISTEN_PORT", UPLOAD_PORT)),
            new InetSocketAddress(ALL_ADDRESSES, healthPort == 0 ? HEALTH_PORT : healthPort),
            ServerTlsSettings.of(environment),
            target.orElseGet(() -> new Reference("", "", Optional.empty())),
            targetAccess(environment),
            environment
                .value("UPLOADER_CHECKSUMS", text -> Checksums.parse(List.of(text.split(","))))
                .orElseGet(Checksums::none),
            environment.choice("UPLOADER_STORE", StoredForm.class).orElse(StoredForm.AS_RECEIVED),
            environment
                .choice("UPLOADER_LAYER_COMPRESSION", LayerCompression.class)
                .orElse(LayerCompression.NONE),
            environment.value("UPLOADER_PUBLIC_URL", UploaderConfiguration::web),
            duration(environment, "UPLOADER_IDLE_SECONDS", IDLE_LIMIT),
            duration(environment, "UPLOADER_KEEP_SECONDS", KEEP),
            environment
                .value("UPLOADER_MAX_SIZE", UploaderConfiguration::positive)
                .orElse(Long.MAX_VALUE),
            proxies(environment, all),
            environment.text("OWNER_UID").orElse(""),
            ReportConfiguration.of(environment));
    List<String> problems = new ArrayList<>(flags.problems());
    problems.addAll(environment.problems());
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return configuration;
  }

  private static Reference target(String text) {
    Reference target = Reference.parse(text);
    if (target.tag().filter(tag -> !tag.contains(":")).isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" names no tag");
    }
    return target;
  }

  private static String web(String text) {
    String scheme = Uris.parse(text).getScheme();
    if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
      throw new IllegalArgumentException("it is no http or https URL");
    }
    return text;
  }

  private static InetSocketAddress address(Environment environment, int port) {
    String host = environment.text("LISTEN_ADDRESS").orElse(ALL_ADDRESSES);
    if (port < 0 || port > 65_535) {
      environment.problem("LISTEN_PORT: " + port + " is no port");
      return new InetSocketAddress(host, 0);
    }
    return new InetSocketAddress(host, port);
  }

  /** A number; the default instead of what is none, as the contract has it. */
  private static int number(Environment environment, String key, int instead) {
    try {
      return environment.text(key).map(Integer::valueOf).orElse(instead);
    } catch (NumberFormatException e) {
      return instead;
    }
  }

  private static long positive(String text) {
    try {
      long number = Long.parseLong(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("\"" + text + "\" is no number above 0");
  }

  private static Duration duration(Environment environment, String key, Duration instead) {
    return environment
        .value(key, UploaderConfiguration::positive)
        .map(Duration::ofSeconds)
        .orElse(instead);
  }

  private static Access targetAccess(Environment environment) {
    return new Access(
        Access.credentials(
            environment, "UPLOADER_DESTINATION_ACCESS_KEY_ID", "UPLOADER_DESTINATION_SECRET_KEY"),
        environment.value("UPLOADER_DESTINATION_AUTH_CONFIG", Path::of),
        environment.value("UPLOADER_DESTINATION_CA_BUNDLE", Path::of),
        environment.flag("DESTINATION_INSECURE_TLS"));
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
