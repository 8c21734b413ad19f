package io.dvcr.registry.http;

import java.time.Duration;

/**
 * How connections are made.
 *
 * @param tls whom to trust
 * @param proxies through what to go
 * @param addresses where not to go
 * @param connectTimeout for one address, TLS included
 * @param idleLimit how long nothing may move on a connection that should
 */
public record ConnectorOptions(
    Tls tls, Proxies proxies, AddressRules addresses, Duration connectTimeout, Duration idleLimit) {
  /** Time to connect as Go's and curl's defaults have it; an idle limit as most proxies have it. */
  public static final ConnectorOptions DEFAULT =
      new ConnectorOptions(
          Tls.SYSTEM,
          Proxies.NONE,
          AddressRules.ALLOW_ALL,
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  public ConnectorOptions with(Tls changed) {
    return new ConnectorOptions(changed, proxies, addresses, connectTimeout, idleLimit);
  }

  public ConnectorOptions with(Proxies changed) {
    return new ConnectorOptions(tls, changed, addresses, connectTimeout, idleLimit);
  }

  public ConnectorOptions with(AddressRules changed) {
    return new ConnectorOptions(tls, proxies, changed, connectTimeout, idleLimit);
  }

  public ConnectorOptions withIdleLimit(Duration changed) {
    return new ConnectorOptions(tls, proxies, addresses, connectTimeout, changed);
  }
}
