package io.dvcr.cli;

import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.DockerCredentials;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.Proxies;
import io.dvcr.registry.http.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that reaches a source or a registry. */
final class AccessOptions {
  @Option(names = "--client-cert", paramLabel = "FILE", description = "Own certificate, PEM.")
  @Nullable Path clientCertificate;

  @Option(names = "--client-key", paramLabel = "FILE", description = "Key of --client-cert, PEM.")
  @Nullable Path clientKey;

  @Option(
      names = "--auth-file",
      paramLabel = "FILE",
      description =
          "Docker configuration with credentials; default: where docker and podman keep theirs.")
  @Nullable Path authFile;

  @Option(
      names = "--retry-time",
      paramLabel = "DURATION",
      description = "How long to go on trying without any progress (${DEFAULT-VALUE}).",
      defaultValue = "60s")
  String retryTime = "60s";

  @Option(
      names = "--idle-time",
      paramLabel = "DURATION",
      description = "How long nothing may move before a connection is given up (${DEFAULT-VALUE}).",
      defaultValue = "60s")
  String idleTime = "60s";

  /** What holds for all connections. */
  ConnectorOptions connector(Problems problems, Terminal terminal) {
    Proxies proxies =
        problems.value("environment", Proxies.NONE, () -> Proxies.of(terminal.environment()));
    Duration idle =
        problems.value("--idle-time", Duration.ofSeconds(60), () -> Sizes.parseTime(idleTime));
    return ConnectorOptions.DEFAULT.with(proxies).withIdleLimit(idle);
  }

  RetryPolicy retryPolicy(Problems problems) {
    return RetryPolicy.within(
        problems.value("--retry-time", Duration.ofSeconds(60), () -> Sizes.parseTime(retryTime)));
  }

  CredentialStore credentials(Problems problems, Terminal terminal) {
    if (authFile == null) {
      return DockerCredentials.ofUser(terminal.environment());
    }
    if (!Files.isReadable(authFile)) {
      problems.add("--auth-file: " + authFile + " can't be read");
    }
    return DockerCredentials.in(authFile);
  }

  /**
   * Whom a side is trusted as, and who we are.
   *
   * @param option that names {@code authorities}
   */
  Tls tls(Problems problems, String option, @Nullable Path authorities, boolean everyone) {
    Tls tls = everyone ? Tls.SYSTEM.trustingEveryone() : Tls.SYSTEM;
    if ((clientCertificate == null) != (clientKey == null)) {
      problems.add("--client-cert and --client-key go together");
    } else if (clientCertificate != null && clientKey != null) {
      tls = tls.as(new Tls.Identity(clientCertificate, clientKey));
    }
    if (authorities != null) {
      try {
        tls = tls.trusting(authorities);
      } catch (NoSuchFileException e) {
        problems.add(option + ": " + authorities + " does not exist");
      } catch (IOException e) {
        problems.add(option + ": " + e.getMessage());
      }
    }
    return tls;
  }
}
