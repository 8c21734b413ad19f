package io.dvcr.importer.pod;

import io.dvcr.formats.DecoderLimits;
import io.dvcr.importer.FileSource;
import io.dvcr.importer.HttpSource;
import io.dvcr.importer.ImageSource;
import io.dvcr.importer.RegistrySource;
import io.dvcr.registry.Reference;
import io.dvcr.registry.RegistryOptions;
import io.dvcr.registry.RemoteRepository;
import io.dvcr.registry.Repository;
import io.dvcr.registry.RetryPolicy;
import io.dvcr.registry.SessionLog;
import io.dvcr.registry.http.ConnectorOptions;
import io.dvcr.registry.http.EventLoops;
import io.dvcr.registry.http.Headers;
import io.dvcr.registry.http.HttpConnector;
import io.dvcr.registry.http.Tls;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The ways to source and target, as the configuration says. Owns the connections. */
final class Legs implements AutoCloseable {
  /** The name under which web servers know importer pods, and may let them in. */
  static final String USER_AGENT = "cdi-golang-importer";

  private final ImporterConfiguration configuration;
  private final PodPaths paths;
  private final PodLog log;
  private final RetryPolicy sourceRetries;
  private final int chunkMemory;
  private final EventLoops loops = new EventLoops();
  private final ConnectorOptions base;
  private final TargetLeg target;

  /**
   * @param idleLimit as long as nothing may move on a connection
   * @param watch of the source and of the target
   * @param sessions is told of uploads
   * @param chunkMemory bytes of an upload that are held to be sent again
   */
  Legs(
      ImporterConfiguration configuration,
      PodPaths paths,
      PodLog log,
      RetryPolicy retries,
      Duration idleLimit,
      LegWatches watch,
      SessionLog sessions,
      int chunkMemory)
      throws InvalidConfigurationException {
    this.configuration = configuration;
    this.paths = paths;
    this.log = log;
    this.sourceRetries = retries.watchedBy(watch.source());
    this.chunkMemory = chunkMemory;
    this.base = ConnectorOptions.DEFAULT.with(configuration.proxies()).withIdleLimit(idleLimit);
    this.target =
        new TargetLeg(
            configuration.targetAccess(),
            base,
            retries.watchedBy(watch.target()),
            sessions,
            chunkMemory,
            loops);
  }

  /**
   * The source of anything but a whole artifact; the caller closes it.
   *
   * @throws InvalidConfigurationException if a file that says how to reach it can't be used
   */
  ImageSource source(DecoderLimits limits) throws InvalidConfigurationException {
    try {
      return open(limits);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidConfigurationException(
          List.of("headers or certificates of the source: " + e.getMessage()));
    }
  }

  private ImageSource open(DecoderLimits limits) throws IOException {
    Access access = configuration.sourceAccess();
    return switch (configuration.source()) {
      case PodSource.Http(var uri) ->
          new HttpSource(
              uri, access.credentials(), headers(), sourceConnector(webTls()), sourceRetries);
      case PodSource.Registry(var image) ->
          new RegistrySource(
              new RemoteRepository(image, sourceConnector(registryTls()), sourceOptions(access)),
              image.tag().orElse("latest"),
              limits);
      case PodSource.BlockDevice() -> FileSource.device(paths.device(), unique(".raw"));
      case PodSource.FileSystem() -> FileSource.file(paths.volumeFile(), unique(".img"));
      case PodSource.Dvcr copied -> throw new IllegalStateException("copied, not imported");
    };
  }

  /** Where the image goes; the caller closes it. */
  Repository target() {
    return target.repository(configuration.target(), true);
  }

  /** An artifact beside the target, reached as that is; the caller closes it. */
  Repository besideTarget(Reference artifact) {
    return target.repository(artifact, false);
  }

  private RegistryOptions sourceOptions(Access access) {
    return new RegistryOptions(
        access.store(), sourceRetries, access.insecure(), false, chunkMemory);
  }

  private HttpConnector sourceConnector(Tls tls) {
    return loops.connector(base.with(configuration.addresses()).with(tls));
  }

  private static String unique(String suffix) {
    return UUID.randomUUID() + suffix;
  }

  /** Lines of the environment, and of files with a line each. */
  private Headers headers() throws IOException {
    List<String> lines = new ArrayList<>(configuration.headers());
    for (Path file : filesIn(paths.extraHeaders())) {
      lines.add(Files.readString(file).strip());
    }
    Headers headers = Headers.ofLines(lines);
    return headers.first("User-Agent").isPresent()
        ? headers
        : headers.with("User-Agent", USER_AGENT);
  }

  /** Whatever the files are called; one without a certificate is left out. */
  private Tls webTls() throws IOException {
    Optional<Path> folder = configuration.sourceAccess().authorities();
    Tls tls = Tls.SYSTEM;
    if (folder.isEmpty()) {
      return tls;
    }
    List<Path> files = new ArrayList<>(filesIn(paths.proxyAuthorities()));
    files.addAll(filesIn(folder.get()));
    for (Path file : files) {
      try {
        tls = tls.trusting(file);
      } catch (IOException e) {
        log.warn("no certificate is trusted from " + file + ": " + e.getMessage());
      }
    }
    return tls;
  }

  /** As container tools read such a folder: *.crt are authorities, *.cert and *.key are ours. */
  private Tls registryTls() throws IOException {
    Tls tls = configuration.sourceAccess().insecure() ? Tls.SYSTEM.trustingEveryone() : Tls.SYSTEM;
    Optional<Path> folder = configuration.sourceAccess().authorities();
    for (Path file : folder.isEmpty() ? List.<Path>of() : filesIn(folder.get())) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".crt")) {
        tls = tls.trusting(file);
      } else if (name.endsWith(".cert")) {
        Path key = file.resolveSibling(name.substring(0, name.length() - 5) + ".key");
        tls = tls.as(new Tls.Identity(file, key));
      }
    }
    return tls;
  }

  /** Kubernetes' own entries begin with a dot. */
  private static List<Path> filesIn(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "[!.]*")) {
        for (Path entry : entries) {
          if (Files.isRegularFile(entry)) {
            files.add(entry);
          }
        }
      }
    }
    files.sort(null);
    return files;
  }

  @Override
  public void close() {
    loops.close();
  }
}
