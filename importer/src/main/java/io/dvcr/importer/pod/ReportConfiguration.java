package io.dvcr.importer.pod;

import java.net.URI;
import java.util.Optional;

/**
 * Where a pod reports to, if it does.
 *
 * @param api the API server's root
 */
public record ReportConfiguration(ReportTarget target, URI api) {
  private static final String RESOURCE = "REPORT_RESOURCE";
  private static final String UID = "REPORT_UID";

  /** Both keys or none; mistakes are left in {@code environment}. */
  public static Optional<ReportConfiguration> of(Environment environment) {
    if (environment.text(RESOURCE).isEmpty() && environment.text(UID).isEmpty()) {
      return Optional.empty();
    }
    Optional<String> uid = environment.required(UID, text -> text);
    return environment
        .required(RESOURCE, text -> ReportTarget.parse(text, uid.orElse("")))
        .map(target -> new ReportConfiguration(target, api(environment)));
  }

  /** What Kubernetes tells every container, else the name that every cluster has. */
  private static URI api(Environment environment) {
    String host = environment.text("KUBERNETES_SERVICE_HOST").orElse("kubernetes.default.svc");
    String port = environment.text("KUBERNETES_SERVICE_PORT").orElse("443");
    return URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
  }
}
