package io.dvcr.cli;

import io.dvcr.contract.Reason;
import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.FileSource;
import io.dvcr.importer.HttpSource;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.ImportException;
import io.dvcr.importer.RegistrySource;
import io.dvcr.importer.StandardInputSource;
import io.dvcr.registry.CredentialStore;
import io.dvcr.registry.Credentials;
import io.dvcr.registry.LayoutRepository;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The ways to sources and targets, as the options say. Owns the connections. */
final class Connections implements AutoCloseable {
  /** Bytes of an upload that are held to be sent again, where the source can't be read again. */
  private static final int CHUNK_MEMORY = 32 << 20;

  /** Docker's. */
  private static final String DEFAULT_TAG = "latest";

  private final EventLoops loops = new EventLoops();
  private final HttpConnector sourceConnector;
  private final HttpConnector targetConnector;
  private final CredentialStore credentials;
  private final Optional<Credentials> sourceCredentials;
  private final Headers headers;
  private final RetryPolicy retryPolicy;
  private final boolean insecure;
  private final boolean insecureSource;
  private final DecoderLimits limits = DecoderLimits.DEFAULT;
  private final Terminal terminal;

  /** What is wrong with the options is in {@code problems} afterwards. */
  Connections(
      AccessOptions access,
      SourceOptions source,
      TargetOptions target,
      Problems problems,
      Terminal terminal) {
    this.terminal = terminal;
    ConnectorOptions base = access.connector(problems, terminal);
    sourceConnector =
        loops.connector(
            base.with(source.addresses(problems))
                .with(access.tls(problems, "--source-ca", source.sourceCa, source.insecureSource)));
    targetConnector =
        loops.connector(base.with(access.tls(problems, "--ca", target.ca, target.insecure)));
    credentials = access.credentials(problems, terminal);
    sourceCredentials = source.credentials(problems, terminal);
    headers = source.headers(problems);
    retryPolicy = access.retryPolicy(problems);
    insecure = target.insecure;
    insecureSource = source.insecureSource;
  }

  /** What a location is as a source; the caller closes it. */
  ImageSource source(Location location) throws ImportException {
    return switch (location) {
      case Location.Web(var uri) ->
          new HttpSource(uri, sourceCredentials, headers, sourceConnector, retryPolicy);
      case Location.Registry(var reference) ->
          new RegistrySource(
              new RemoteRepository(reference, sourceConnector, options(insecureSource, false)),
              reference.tag().orElse(DEFAULT_TAG),
              limits);
      case Location.Layout(var folder, var tag) ->
          new RegistrySource(
              new LayoutRepository(folder), tag.isPresent() ? tag.get() : onlyTag(folder), limits);
      case Location.Local(var path) -> file(path);
      case Location.StandardInput() -> new StandardInputSource(terminal.in());
    };
  }

  private static FileSource file(Path path) throws ImportException {
    if (!Files.exists(path) && Location.startsWithHost(path.toString())) {
      throw new ImportException(
          Reason.SOURCE_NOT_FOUND,
          "there is no file %1$s; for an image in a registry write docker://%1$s".formatted(path));
    }
    return new FileSource(path);
  }

  /** The only image of a folder needs no name. */
  private static String onlyTag(Path folder) throws ImportException {
    try (LayoutRepository layout = new LayoutRepository(folder)) {
      List<String> tags = layout.tags();
      if (tags.size() > 1 && !tags.contains(DEFAULT_TAG)) {
        throw new ImportException(
            Reason.SOURCE_NOT_FOUND,
            "%s holds several images, name one, such as %s:%s; dvcr list %s shows all"
                .formatted(layout.name(), layout.name(), tags.getFirst(), layout.name()));
      }
      return tags.size() == 1 ? tags.getFirst() : DEFAULT_TAG;
    } catch (IOException e) {
      return DEFAULT_TAG; // reading it tells what is wrong
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
  RegistrySource artifact(Location target) throws ImportException {
    String tag =
        switch (target) {
          case Location.Registry(var reference) -> reference.tag().orElse(DEFAULT_TAG);
          case Location.Layout(var folder, var named) ->
              named.isPresent() ? named.get() : onlyTag(folder);
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
