package io.dvcr.cli;

import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.FileSource;
import io.dvcr.importer.HttpSource;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.RegistrySource;
import io.dvcr.importer.StandardInputSource;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.DockerCredentials;
import io.dvcr.registry.LayoutRepository;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.AddressRules;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.Proxies;
import io.dvcr.registry.http.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How sources and targets are reached; options of every command that reaches one. */
final class ConnectionOptions {
  /** Bytes of an upload that are held to be sent again, where the source can't be read again. */
  private static final int CHUNK_MEMORY = 32 << 20;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A field of the requests to the source; repeatable.")
  List<String> headers = new ArrayList<>();

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "User at the source; the password comes from --password-file, DVCR_SOURCE_PASSWORD or a"
              + " prompt.")
  @Nullable String user;

  @Option(names = "--password-file", paramLabel = "FILE", description = "Password of --user.")
  @Nullable Path passwordFile;

  @Option(
      names = "--source-ca",
      paramLabel = "FILE",
      description = "Certificates that the source may be signed by, PEM.")
  @Nullable Path sourceCa;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates that the registry may be signed by, PEM.")
  @Nullable Path ca;

  @Option(names = "--client-cert", paramLabel = "FILE", description = "Own certificate, PEM.")
  @Nullable Path clientCertificate;

  @Option(names = "--client-key", paramLabel = "FILE", description = "Key of --client-cert, PEM.")
  @Nullable Path clientKey;

  @Option(names = "--insecure-source", description = "Trust every certificate of the source.")
  boolean insecureSource;

  @Option(
      names = "--insecure",
      description = "Trust every certificate of the registry, and speak http to it if need be.")
  boolean insecure;

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

  @Option(
      names = "--block-address",
      paramLabel = "CIDR",
      description = "A network that the source must not be in; repeatable.")
  List<String> blocked = new ArrayList<>();

  @Option(
      names = "--allow-address",
      paramLabel = "CIDR",
      description = "An exception from --block-address; repeatable.")
  List<String> allowed = new ArrayList<>();

  /** The same, read and checked. Owns the connections. */
  static final class Connections implements AutoCloseable {
    private final EventLoops loops = new EventLoops();
    private final HttpConnector sourceConnector;
    private final HttpConnector targetConnector;
    private final CredentialStore credentials;
    private final Optional<Credentials> sourceCredentials;
    private final Headers headers;
    private final RetryPolicy retryPolicy;
    private final boolean insecure;
    private final boolean insecureSource;
    private final DecoderLimits limits;
    private final Terminal terminal;

    private Connections(ConnectionOptions options, Problems problems, Terminal terminal) {
      this.terminal = terminal;
      Proxies proxies =
          problems.value("environment", Proxies.NONE, () -> Proxies.of(terminal.environment()));
      AddressRules rules =
          problems.value(
              "--block-address",
              AddressRules.ALLOW_ALL,
              () -> AddressRules.of(options.blocked, options.allowed));
      Duration idle =
          problems.value(
              "--idle-time", Duration.ofSeconds(60), () -> Sizes.parseTime(options.idleTime));
      ConnectorOptions base = ConnectorOptions.DEFAULT.with(proxies).withIdleLimit(idle);
      sourceConnector =
          loops.connector(
              base.with(rules)
                  .with(
                      options.tls(
                          problems, "--source-ca", options.sourceCa, options.insecureSource)));
      targetConnector =
          loops.connector(base.with(options.tls(problems, "--ca", options.ca, options.insecure)));
      credentials = options.credentials(problems, terminal);
      sourceCredentials = options.sourceCredentials(problems, terminal);
      headers = problems.value("--header", Headers.NONE, options::parseHeaders);
      retryPolicy =
          RetryPolicy.within(
              problems.value(
                  "--retry-time",
                  Duration.ofSeconds(60),
                  () -> Sizes.parseTime(options.retryTime)));
      insecure = options.insecure;
      insecureSource = options.insecureSource;
      limits = DecoderLimits.DEFAULT;
    }

    /** What a location is as a source; the caller closes it. */
    ImageSource source(Location location) {
      return switch (location) {
        case Location.Web(var uri) ->
            new HttpSource(uri, sourceCredentials, headers, sourceConnector, retryPolicy);
        case Location.Registry(var reference) ->
            new RegistrySource(
                new RemoteRepository(reference, sourceConnector, options(insecureSource, false)),
                reference.tag().orElse("latest"),
                limits);
        case Location.Layout(var folder, var tag) ->
            new RegistrySource(
                new LayoutRepository(folder), tag.orElseGet(() -> onlyTag(folder)), limits);
        case Location.Local(var path) -> new FileSource(path);
        case Location.StandardInput() -> new StandardInputSource(terminal.in());
      };
    }

    /** The only image of a folder needs no name. */
    private static String onlyTag(Path folder) {
      try (LayoutRepository layout = new LayoutRepository(folder)) {
        List<String> tags = layout.tags();
        return tags.size() == 1 ? tags.getFirst() : "latest";
      } catch (IOException e) {
        return "latest";
      }
    }

    /** A repository to write to or to list; the caller closes it. */
    Repository repository(Location target, boolean push) {
      return switch (target) {
        case Location.Registry(var reference) ->
            new RemoteRepository(reference, targetConnector, options(insecure, push));
        case Location.Layout(var folder, var tag) -> new LayoutRepository(folder);
        default -> throw new IllegalStateException("no target: " + target);
      };
    }

    /** The artifact that a target names, to read it; the caller closes it. */
    RegistrySource artifact(Location target) {
      String tag =
          switch (target) {
            case Location.Registry(var reference) -> reference.tag().orElse("latest");
            case Location.Layout(var folder, var named) -> named.orElseGet(() -> onlyTag(folder));
            default -> throw new IllegalStateException("no target: " + target);
          };
      return new RegistrySource(repository(target, false), tag, limits);
    }

    private RegistryOptions options(boolean plainHttp, boolean push) {
      return new RegistryOptions(credentials, retryPolicy, plainHttp, push, CHUNK_MEMORY);
    }

    @Override
    public void close() {
      loops.close();
    }
  }

  /** Reads the options; what is wrong with them is in {@code problems}. */
  Connections connections(Problems problems, Terminal terminal) {
    return new Connections(this, problems, terminal);
  }

  private Tls tls(Problems problems, String option, @Nullable Path authorities, boolean everyone) {
    Tls tls = everyone ? Tls.SYSTEM.trustingEveryone() : Tls.SYSTEM;
    if ((clientCertificate == null) != (clientKey == null)) {
      problems.add("--client-cert and --client-key go together");
    } else if (clientCertificate != null && clientKey != null) {
      tls = tls.as(new Tls.Identity(clientCertificate, clientKey));
    }
    if (authorities != null) {
      try {
        tls = tls.trusting(authorities);
      } catch (IOException e) {
        problems.add(option + ": " + e.getMessage());
      }
    }
    return tls;
  }

  private CredentialStore credentials(Problems problems, Terminal terminal) {
    if (authFile == null) {
      return DockerCredentials.ofUser(terminal.environment());
    }
    if (!Files.isReadable(authFile)) {
      problems.add("--auth-file: " + authFile + " can't be read");
    }
    return DockerCredentials.in(authFile);
  }

  private Optional<Credentials> sourceCredentials(Problems problems, Terminal terminal) {
    if (user == null) {
      if (passwordFile != null) {
        problems.add("--password-file needs --user");
      }
      return Optional.empty();
    }
    String name = user;
    return password(problems, terminal).map(password -> new Credentials(name, password));
  }

  private Optional<String> password(Problems problems, Terminal terminal) {
    if (passwordFile != null) {
      try {
        return Optional.of(Files.readString(passwordFile).replaceFirst("\\R\\z", ""));
      } catch (IOException e) {
        problems.add("--password-file: " + passwordFile + " can't be read");
        return Optional.empty();
      }
    }
    String fromEnvironment = terminal.environment().get("DVCR_SOURCE_PASSWORD");
    if (fromEnvironment != null) {
      return Optional.of(fromEnvironment);
    }
    Optional<String> typed = terminal.askSecret("Password of " + user);
    if (typed.isEmpty()) {
      problems.add("--user needs a password, from --password-file or DVCR_SOURCE_PASSWORD");
    }
    return typed;
  }

  private Headers parseHeaders() {
    Headers parsed = Headers.NONE;
    for (String header : headers) {
      int colon = header.indexOf(':');
      String name = colon < 0 ? "" : header.substring(0, colon).strip();
      String value = header.substring(colon + 1).strip();
      // RFC 9110, section 5.6.2: a token; the value itself may be a secret and is not shown.
      if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || value.matches("(?s).*[\\r\\n\\00].*")) {
        throw new IllegalArgumentException("not of the form 'Name: value'");
      }
      parsed = parsed.plus(name, value);
    }
    return parsed;
  }
}
