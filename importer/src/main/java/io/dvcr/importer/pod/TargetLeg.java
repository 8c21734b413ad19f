package io.dvcr.importer.pod;

import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.SessionLog;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The way to the registry, as the configuration says. The event loops stay the caller's. */
public final class TargetLeg {
  private final Access access;
  private final ConnectorOptions connections;
  private final RetryPolicy retries;
  private final SessionLog sessions;
  private final int chunkMemory;
  private final EventLoops loops;

  /**
   * @param connections whose trust is replaced
   * @param sessions is told of uploads
   * @param chunkMemory bytes of an upload that are held to be sent again
   * @throws InvalidConfigurationException if no certificate can be had where one is to be
   */
  public TargetLeg(
      Access access,
      ConnectorOptions connections,
      RetryPolicy retries,
      SessionLog sessions,
      int chunkMemory,
      EventLoops loops)
      throws InvalidConfigurationException {
    this.access = access;
    this.connections = connections.with(tls(access));
    this.retries = retries;
    this.sessions = sessions;
    this.chunkMemory = chunkMemory;
    this.loops = loops;
  }

  private static Tls tls(Access access) throws InvalidConfigurationException {
    if (access.insecure()) {
      return Tls.SYSTEM.trustingEveryone();
    }
    if (access.authorities().isEmpty()) {
      return Tls.SYSTEM;
    }
    Path authorities = access.authorities().get();
    try {
      return Tls.SYSTEM.trusting(authorities);
    } catch (IOException e) {
      throw new InvalidConfigurationException(
          List.of("certificates of the registry: " + e.getMessage()));
    }
  }

  /** One of its repositories; the caller closes it. */
  public Repository repository(Reference where, boolean push) {
    RegistryOptions options =
        new RegistryOptions(
            access.store(), retries, access.insecure(), push, chunkMemory, sessions);
    return new RemoteRepository(where, loops.connector(connections), options);
  }
}
